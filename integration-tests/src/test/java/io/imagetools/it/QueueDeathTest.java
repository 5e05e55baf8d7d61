package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that die, or sleep, with jobs in their hands; processes of their own. */
@Timeout(300)
@ExtendWith(SharedBroker.class)
class QueueDeathTest {
  private static final RunId RUN = new RunId("run-1");
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final List<Integer> HELD =
      numbers(QueueProcess.FIRST_LONG, QueueProcess.LAST_LONG);

  private final Performed here = new Performed();
  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void provision() throws Exception {
    settings = SharedBroker.settings("death");
    topic = new JobsTopic(settings);
    admin = Admin.create(settings.admin("test"));
  }

  @AfterEach
  void close() {
    topic.close();
    admin.close();
  }

  @Test
  void the_jobs_of_a_worker_that_is_killed_are_done_elsewhere_long_before_their_lock_ends(
      @TempDir Path folder) throws Exception {
    Duration lock = Duration.ofMinutes(2);
    topic.put(Jobs.jobs(RUN, 40));
    try (ProgramProcess process = QueueProcess.start(folder, settings, lock);
        JobQueue queue = queue(lock)) {
      untilItHoldsItsJobs(process);
      queue.start(2, here.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> here.finished().size() == 40 - QueueProcess.LAST_LONG);
      process.signal("KILL");
      await().atMost(Duration.ofSeconds(60)).until(() -> finishedHere(HELD));
    }
    assertThat(here.begunAgain()).isEmpty();
    assertThat(here.finished()).hasSize(40 - QueueProcess.FIRST_LONG + 1);
    assertThat(HELD).allSatisfy(n -> assertThat(here.deliveries(id(n))).containsExactly(2));
  }

  @Test
  void a_worker_that_slept_past_its_lock_gives_up_its_jobs_and_goes_on_with_others(
      @TempDir Path folder) throws Exception {
    Duration lock = Duration.ofSeconds(8); // a slow machine may stand still for 5 s
    topic.put(Jobs.jobs(RUN, QueueProcess.LAST_LONG));
    try (ProgramProcess process = QueueProcess.start(folder, settings, lock)) {
      untilItHoldsItsJobs(process);
      try (JobQueue queue = queue(lock)) {
        queue.start(2, here.taking(Duration.ZERO));
        process.signal("STOP");
        await().atMost(SOON).until(() -> finishedHere(HELD));
      }
      process.signal("CONT");
      await().atMost(SOON).until(() -> QueueProcess.said(process, "INTERRUPTED").equals(HELD));
      topic.put(IntStream.rangeClosed(101, 120).mapToObj(n -> Jobs.job(RUN, n)).toList());
      await()
          .atMost(SOON)
          .until(() -> QueueProcess.said(process, "DONE").containsAll(numbers(101, 120)));
      assertThat(QueueProcess.said(process, "DONE")).doesNotHaveDuplicates();
      assertThat(QueueProcess.said(process, "DONE")).doesNotContainAnyElementsOf(HELD);
    }
    assertThat(here.begunAgain()).isEmpty();
  }

  private static void untilItHoldsItsJobs(ProgramProcess process) {
    await().atMost(SOON).until(() -> QueueProcess.said(process, "BEGUN").containsAll(HELD));
    await()
        .atMost(SOON)
        .until(() -> QueueProcess.said(process, "DONE").size() == QueueProcess.FIRST_LONG - 1);
  }

  private boolean finishedHere(List<Integer> numbers) {
    return numbers.stream().allMatch(number -> here.finished(id(number)) > 0);
  }

  private JobQueue queue(Duration lock) {
    return new ShareJobQueue(
        settings,
        admin,
        new ShareSettings(lock, Duration.ofMillis(300), ShareSettings.DEFAULT_DELIVERIES),
        delivery -> JobHandler.Verdict.RELEASE,
        "here");
  }

  private static JobId id(int number) {
    return new JobId(RUN, number);
  }

  private static List<Integer> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }
}

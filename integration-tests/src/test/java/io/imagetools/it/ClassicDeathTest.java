package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import io.imagetools.worker.queue.classic.OffsetsOnRecord;
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

/** Workers of an ordinary group that die with jobs in their hands; processes of their own. */
@Timeout(300)
@ExtendWith(SharedBroker.class)
class ClassicDeathTest {
  private static final RunId RUN = new RunId("run-1");
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final List<Integer> HELD =
      IntStream.rangeClosed(QueueProcess.FIRST_LONG, QueueProcess.LAST_LONG).boxed().toList();

  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void provision() throws Exception {
    settings = SharedBroker.settings("classic-death");
    topic = new JobsTopic(settings, QueueMode.CLASSIC);
    admin = Admin.create(settings.admin("test"));
  }

  @AfterEach
  void close() {
    topic.close();
    admin.close();
  }

  @Test
  void what_a_worker_finished_a_second_before_it_was_killed_is_not_done_again(@TempDir Path folder)
      throws Exception {
    topic.put(Jobs.jobs(RUN, 40));
    Performed here = new Performed();
    try (ProgramProcess process =
        QueueProcess.start(folder, settings, QueueMode.CLASSIC, SESSION)) {
      await().atMost(SOON).until(() -> QueueProcess.said(process, "BEGUN").containsAll(HELD));
      List<Integer> done = QueueProcess.said(process, "DONE");
      OffsetsOnRecord record = new OffsetsOnRecord(admin, settings.topics());
      await().atMost(SOON).until(() -> record.open() == 40 - done.size());
      process.signal("KILL");
      try (JobQueue queue =
          new ClassicJobQueue(
              settings,
              admin,
              new ClassicSettings(SESSION, Duration.ofSeconds(1), 8),
              here.taking(Duration.ZERO),
              "here")) {
        queue.start(4, here.taking(Duration.ZERO));
        await().atMost(SOON).until(() -> here.finished().size() == 40 - done.size());
      }
      assertThat(here.finished())
          .doesNotContainAnyElementsOf(done.stream().map(n -> new JobId(RUN, n)).toList());
    }
    assertThat(HELD)
        .allSatisfy(n -> assertThat(here.deliveries(new JobId(RUN, n))).containsExactly(2));
    assertThat(here.begunAgain()).isEmpty();
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The queue on an ordinary consumer group of a real broker. */
@ExtendWith(SharedBroker.class)
class ClassicJobQueueTest extends JobQueueContract {
  private static final int PARTITIONS = 12;

  private static final ClassicSettings CLASSIC =
      new ClassicSettings(Duration.ofSeconds(10), Duration.ofSeconds(1), DELIVERIES);

  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void provision() throws Exception {
    settings = SharedBroker.settings("classic");
    admin = Admin.create(settings.admin("test"));
    NewTopic jobs = new NewTopic(settings.topics().jobs(), PARTITIONS, (short) 1);
    admin.createTopics(List.of(jobs)).all().get();
    topic = new JobsTopic(settings, QueueMode.CLASSIC);
  }

  @AfterEach
  void close() {
    topic.close();
    admin.close();
  }

  @Override
  protected boolean runningJobsMove() {
    return true;
  }

  @Override
  protected Duration lock() {
    return Duration.ofSeconds(6).dividedBy(2);
  }

  @Override
  protected JobQueue queue(String worker, JobHandler exhausted) {
    return new ClassicJobQueue(settings, admin, CLASSIC, exhausted, worker);
  }

  @Override
  protected void publish(List<MirrorJob> jobs) throws Exception {
    topic.put(jobs);
  }

  @Override
  protected void awaitJoined(int workers) {
    await()
        .atMost(SOON)
        .ignoreException(ExecutionException.class) // there is no group before its first member
        .until(() -> shared(workers));
  }

  private boolean shared(int workers) throws Exception {
    String group = settings.topics().classicGroup();
    ConsumerGroupDescription found =
        Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))
            .get();
    return found.groupState() == GroupState.STABLE
        && found.members().stream()
                .filter(member -> !member.assignment().topicPartitions().isEmpty())
                .count()
            == workers;
  }

  @Test
  void what_was_finished_behind_a_job_that_was_not_is_not_done_again_after_a_restart()
      throws Exception {
    publish(Jobs.jobs(run, 200));
    Set<JobId> held =
        Set.of(new JobId(run, 1), new JobId(run, 2), new JobId(run, 3), new JobId(run, 4));
    Function<Delivery, Duration> time =
        given -> held.contains(given.job().id()) ? Duration.ofMinutes(10) : Duration.ZERO;
    JobQueue first = queue("first");
    first.start(8, performed.taking(time, JobHandler.Verdict.ACKNOWLEDGE));
    await().atMost(SOON).until(() -> performed.finished().size() == 196);
    first.stop(Duration.ZERO);

    Performed after = new Performed();
    try (JobQueue second = queue("second")) {
      second.start(8, after.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> after.finished().size() == 4);
      await().atMost(SOON).until(this::allDone);
    }
    assertThat(after.finished()).isEqualTo(held);
    assertThat(after.begunAgain()).isEmpty();
    assertThat(after.deliveries(new JobId(run, 1))).containsExactly(1);
  }

  @Test
  void a_worker_that_joins_and_goes_loses_nothing_and_repeats_nothing_that_had_finished()
      throws Exception {
    publish(Jobs.jobs(run, 300));
    Performed joined = new Performed();
    Set<JobId> before = new HashSet<>();
    try (JobQueue old = queue("old")) {
      old.start(4, performed.taking(Duration.ofMillis(100)));
      await().atMost(SOON).until(() -> performed.finished().size() >= 20);
      before.addAll(performed.finished());
      JobQueue joining = queue("joining");
      joining.start(4, joined.taking(Duration.ofMillis(100)));
      await().atMost(SOON).until(() -> joined.finished().size() >= 20);
      joining.stop(Duration.ofSeconds(20));
      await().atMost(Duration.ofSeconds(90)).until(this::allDone);
    }
    Set<JobId> all = new HashSet<>(performed.finished());
    all.addAll(joined.finished());
    Set<JobId> twice = new HashSet<>(performed.finished());
    twice.retainAll(joined.finished());
    assertThat(all).hasSize(300);
    assertThat(joined.finished()).doesNotContainAnyElementsOf(before);
    assertThat(twice).hasSizeLessThanOrEqualTo(4);
    assertThat(performed.begunAgain()).isEmpty();
    assertThat(joined.begunAgain()).isEmpty();
  }

  @Test
  void a_job_that_runs_where_its_partition_left_and_came_back_is_not_begun_again()
      throws Exception {
    publish(Jobs.jobs(run, 4));
    Performed visitor = new Performed();
    try (JobQueue stays = queue("stays")) {
      CountDownLatch end = new CountDownLatch(1);
      stays.start(4, performed.until(end));
      await().atMost(SOON).until(() -> performed.now() == 4);
      JobQueue visiting = queue("visiting");
      visiting.start(4, visitor.taking(Duration.ofMinutes(10)));
      awaitJoined(2);
      visiting.stop(Duration.ZERO);
      awaitJoined(1);
      end.countDown();
      await().atMost(SOON).until(() -> performed.finished().size() == 4);
      await().atMost(SOON).until(this::allDone);
    }
    assertThat(performed.begunAgain()).isEmpty();
  }

  @Test
  void what_is_no_job_goes_to_the_dead_letter_topic_and_the_jobs_around_it_are_done()
      throws Exception {
    topic.put(Jobs.jobs(run, 5));
    topic.put(bytes("garbage"), bytes("no json"));
    topic.put(bytes("tombstone"), null);
    topic.put(IntStream.rangeClosed(6, 10).mapToObj(i -> Jobs.job(run, i)).toList());
    try (JobQueue queue = queue("w")) {
      queue.start(4, performed.taking(Duration.ofMillis(100)));
      await().atMost(SOON).until(() -> performed.finished().size() == 10);
      await().atMost(SOON).until(this::allDone);
    }
    assertThat(performed.begunAgain()).isEmpty();
    assertThat(topic.deadLetters())
        .extracting(letter -> new String(letter.key(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("garbage", "tombstone");
  }

  @Test
  void a_job_that_was_handed_out_too_often_is_on_the_dead_letter_topic() throws Exception {
    publish(Jobs.jobs(run, 1));
    Performed reported = new Performed();
    try (JobQueue queue = queue("w", reported.taking(Duration.ZERO))) {
      queue.start(1, performed.taking(any(), JobHandler.Verdict.RELEASE));
      await().atMost(SOON).until(() -> topic.deadLetters().size() == 1);
      await().atMost(SOON).until(this::allDone);
    }
    ConsumerRecord<byte[], byte[]> letter = topic.deadLetters().get(0);
    assertThat(letter.key()).isEqualTo(bytes(run + "/1"));
    assertThat(letter.headers().lastHeader("dlq.deliveries").value())
        .isEqualTo(bytes(Integer.toString(DELIVERIES + 1)));
  }

  private boolean allDone() throws Exception {
    return new QueueLag(admin, settings.topics(), QueueMode.CLASSIC).ofLane().orElse(-1) == 0;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

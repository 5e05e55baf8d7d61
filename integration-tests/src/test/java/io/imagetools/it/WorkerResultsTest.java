package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.local.TestBroker;
import io.imagetools.common.image.Platform;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.RunsTopic;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.worker.results.CancelledRuns;
import io.imagetools.worker.results.ResultPublisher;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker writes to, and reads from, a real broker. */
@Timeout(300)
class WorkerResultsTest {
  private static TestBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void all_events_of_a_run_are_in_its_partition_under_the_job_when_they_are_acknowledged()
      throws Exception {
    KafkaSettings settings = settings(broker.bootstrapServers(), "events");
    int partitions = provision(settings);
    RunId run = new RunId("run-a");
    List<JobEvent> expected = new ArrayList<>();
    try (ResultPublisher publisher = new ResultPublisher(settings, "worker")) {
      for (int number = 1; number <= 5; number++) {
        JobEvent.Started started =
            new JobEvent.Started(Jobs.job(run, number), "w1", Instant.EPOCH, 1);
        JobEvent.Finished finished = Jobs.finished(run, number, List.of());
        publisher.started(started);
        publisher.finished(finished);
        expected.add(started);
        expected.add(finished);
      }
      // Not closed yet: what was acknowledged does not need the close.
      List<ConsumerRecord<String, byte[]>> records =
          read(settings, Topics.statusPartition(run, partitions));
      List<JobEvent> events = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> record : records) {
        JobEvent event = EventCodec.decode(record.value());
        assertThat(record.key()).isEqualTo(EventCodec.key(event));
        events.add(event);
      }
      assertThat(events).isEqualTo(expected);
    }
  }

  @Test
  void a_result_waits_until_its_topic_is_there() throws Exception {
    KafkaSettings settings = settings(broker.bootstrapServers(), "late");
    ExecutorService slot = Executors.newSingleThreadExecutor();
    RunId run = new RunId("run-b");
    try (ResultPublisher publisher = new ResultPublisher(settings, "worker")) {
      assertThat(publisher.check().ok()).isFalse();
      Future<?> result = slot.submit(() -> finish(publisher, Jobs.finished(run, 1, List.of())));
      assertThatExceptionOfType(java.util.concurrent.TimeoutException.class)
          .isThrownBy(() -> result.get(6, TimeUnit.SECONDS));

      int partitions = provision(settings);

      result.get(120, TimeUnit.SECONDS);
      assertThat(publisher.check().ok()).isTrue();
      assertThat(read(settings, Topics.statusPartition(run, partitions))).hasSize(1);
    } finally {
      slot.shutdownNow();
    }
  }

  @Test
  void a_result_that_is_too_large_is_sent_without_its_lists() throws Exception {
    KafkaSettings settings = settings(broker.bootstrapServers(), "large");
    int partitions = provision(settings);
    RunId run = new RunId("run-c");
    List<Platform> platforms =
        IntStream.range(0, 20_000)
            .mapToObj(i -> new Platform("linux", "amd64", "", "10.0." + i, features(i)))
            .toList();
    try (ResultPublisher publisher = new ResultPublisher(settings, "worker")) {
      publisher.finished(Jobs.finished(run, 1, platforms));
    }
    ConsumerRecord<String, byte[]> record =
        read(settings, Topics.statusPartition(run, partitions)).get(0);
    assertThat(EventCodec.decode(record.value())).isEqualTo(Jobs.finished(run, 1, List.of()));
  }

  @Test
  void waiting_for_a_broker_that_is_away_can_be_interrupted(@TempDir Path folder) throws Exception {
    EmbeddedBroker other = EmbeddedBroker.start(folder);
    KafkaSettings settings = settings(other.bootstrapServers(), "away");
    provision(settings);
    ExecutorService slot = Executors.newSingleThreadExecutor();
    RunId run = new RunId("run-d");
    try (ResultPublisher publisher = new ResultPublisher(settings, "worker")) {
      publisher.finished(Jobs.finished(run, 1, List.of()));
      other.close();
      Future<?> result = slot.submit(() -> finish(publisher, Jobs.finished(run, 2, List.of())));
      assertThatExceptionOfType(java.util.concurrent.TimeoutException.class)
          .isThrownBy(() -> result.get(3, TimeUnit.SECONDS));
      slot.shutdownNow();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> result.get(60, TimeUnit.SECONDS))
          .withCauseInstanceOf(InterruptedException.class);
    } finally {
      slot.shutdownNow();
    }
  }

  @Test
  void who_is_told_to_stop_still_hears_that_the_result_arrived() throws Exception {
    KafkaSettings settings = settings(broker.bootstrapServers(), "told");
    int partitions = provision(settings);
    RunId run = new RunId("run-f");
    try (ResultPublisher publisher = new ResultPublisher(settings, "worker")) {
      publisher.finished(Jobs.finished(run, 1, List.of())); // it knows the topic from now on
      Thread.currentThread().interrupt();

      publisher.finished(Jobs.finished(run, 2, List.of()));

      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      assertThat(read(settings, Topics.statusPartition(run, partitions))).hasSize(2);
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void a_closed_publisher_takes_no_result() throws Exception {
    ResultPublisher publisher =
        new ResultPublisher(settings(broker.bootstrapServers(), "closed"), "worker");
    publisher.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> publisher.finished(Jobs.finished(new RunId("run-e"), 1, List.of())));
  }

  @Test
  void runs_that_are_cancelled_before_and_after_the_start_are_known() throws Exception {
    KafkaSettings settings = settings(broker.bootstrapServers(), "cancelled");
    provision(settings);
    RunsTopic topic = new RunsTopic(settings);
    topic.put(run("before", Run.State.CANCELLED));
    topic.put(run("open", Run.State.OPEN));
    try (CancelledRuns cancelled = new CancelledRuns(settings, "worker")) {
      cancelled.start();
      await().atMost(Duration.ofSeconds(90)).until(() -> cancelled.test(new RunId("before")));
      topic.put(run("after", Run.State.CANCELLED));
      await().atMost(Duration.ofSeconds(90)).until(() -> cancelled.test(new RunId("after")));
      assertThat(cancelled.test(new RunId("open"))).isFalse();
    }
  }

  private static Void finish(ResultPublisher publisher, JobEvent.Finished event)
      throws InterruptedException {
    publisher.finished(event);
    return null;
  }

  private static KafkaSettings settings(String bootstrapServers, String prefix) {
    return new KafkaSettings(bootstrapServers, Map.of(), new Topics(prefix));
  }

  private static int provision(KafkaSettings settings) throws InterruptedException {
    try (Admin admin = Admin.create(settings.admin("test"))) {
      return new Provisioning(admin, settings.topics(), QueueMode.SHARE, 1).ensureTopics();
    }
  }

  private static List<ConsumerRecord<String, byte[]>> read(KafkaSettings settings, int number) {
    TopicPartition partition = new TopicPartition(settings.topics().status(), number);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(settings.consumer("test"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static Run run(String id, Run.State state) {
    return new Run(new RunId(id), Instant.EPOCH, 1, 0, 0, 0, null, state);
  }

  private static List<String> features(int i) {
    return Collections.nCopies(5, "feature-that-has-a-long-name-" + i);
  }
}

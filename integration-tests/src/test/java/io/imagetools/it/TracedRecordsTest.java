package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.execution.ExecutionSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run's trace is in all records of it, on a real broker, with nobody recording spans. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class TracedRecordsTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final RunId RUN = new RunId("run-t");
  private static final TraceContext TRACE =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b");

  /** Whatever has to wait is parked at once. */
  private static final ExecutionSettings PARKING =
      new ExecutionSettings(
          ExecutionSettings.Retrying.DEFAULT,
          ExecutionSettings.Gating.DEFAULT,
          new ExecutionSettings.Waiting(Duration.ZERO, Duration.ofHours(12)));

  private final KafkaSettings settings = SharedBroker.settings("traced");
  private final Set<JobId> tried = ConcurrentHashMap.newKeySet();

  private static Run submit(Cluster cluster, int jobs) throws InterruptedException {
    TraceContext before = CurrentTrace.swap(TRACE);
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(new Submission(RUN, null, Jobs.jobs(RUN, jobs), List.of()));
    } finally {
      CurrentTrace.swap(before);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> status() {
    return TopicReading.all(settings, settings.topics().status());
  }

  private long finished() {
    return status().stream().filter(record -> text(record.value()).contains("_FINISHED")).count();
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  private void limitedOnce(JobId id) throws MirrorFailure {
    if (tried.add(id)) {
      throw new MirrorFailure(
          FailureKind.RATE_LIMITED,
          "it answered 429",
          new Registry("source.example"),
          List.of(),
          Duration.ofSeconds(1),
          null);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void from_the_plan_by_way_of_a_parking_to_the_result(QueueMode mode) throws Exception {
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        ScriptedWorker worker =
            new ScriptedWorker(cluster, 2, PARKING, job -> limitedOnce(job.id()))) {
      submit(cluster, 2);
      await().atMost(SOON).until(() -> finished() == 2);

      assertThat(worker.engine().begun()).hasSize(2);
      assertThat(status()).hasSizeGreaterThanOrEqualTo(6).allSatisfy(TracedRecordsTest::isTraced);
      assertThat(TopicReading.all(settings, settings.topics().retry()))
          .filteredOn(record -> record.value() != null)
          .isNotEmpty()
          .allSatisfy(TracedRecordsTest::isTraced);
      assertThat(TopicReading.all(settings, settings.topics().jobs()))
          .hasSizeGreaterThanOrEqualTo(4) // each was put there twice
          .allSatisfy(TracedRecordsTest::isTraced);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void jobs_of_a_cancelled_run_are_answered_in_its_trace(QueueMode mode) throws Exception {
    int jobs = 100; // more than are answered one by one
    try (Cluster cluster = Cluster.open(settings, mode, 1)) {
      Run run = submit(cluster, jobs);
      cluster.runs().put(run.in(Run.State.CANCELLED));
      try (ScriptedWorker worker = new ScriptedWorker(cluster, 2, any -> {})) {
        await().atMost(SOON).until(() -> finished() >= jobs);

        assertThat(worker.engine().begun()).isEmpty();
        assertThat(status()).allSatisfy(TracedRecordsTest::isTraced);
      }
    }
  }

  private static void isTraced(ConsumerRecord<byte[], byte[]> record) {
    assertThat(TraceHeaders.of(record.headers())).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void dead_letters_keep_it_and_what_strangers_write_there_harms_nothing(QueueMode mode)
      throws Exception {
    byte[] job = JobCodec.encode(Jobs.job(RUN, 1));
    Header valid = header(TraceContext.PARENT, TRACE.traceparent());
    Header wrong = header(TraceContext.PARENT, "00-\r\nInjected: yes");
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        JobsTopic topic = new JobsTopic(settings, mode);
        ScriptedWorker worker = new ScriptedWorker(cluster, 2, any -> {})) {
      topic.put(bytes("no-job"), bytes("no job"), List.of(valid));
      topic.put(bytes("no-job"), bytes("no job either"), List.of(wrong));
      topic.put(bytes(RUN + "/1"), job, List.of(wrong, new RecordHeader("other", null)));
      await().atMost(SOON).until(() -> finished() == 1 && topic.deadLetters().size() == 2);

      assertThat(worker.engine().begun()).hasSize(1);
      assertThat(topic.deadLetters())
          .extracting(letter -> Map.of(text(letter.value()), traceOf(letter)))
          .containsExactlyInAnyOrder(
              Map.of("no job", TRACE.traceparent()), Map.of("no job either", "none"));
      assertThat(status())
          .isNotEmpty()
          .allSatisfy(each -> assertThat(traceOf(each)).isEqualTo("none"));
    }
  }

  private static String traceOf(ConsumerRecord<byte[], byte[]> record) {
    @Nullable Header header = record.headers().lastHeader(TraceContext.PARENT);
    return header == null ? "none" : text(header.value());
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

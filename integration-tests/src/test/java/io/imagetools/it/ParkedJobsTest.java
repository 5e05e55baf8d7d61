package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.parking.RetryTopic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that wait beside the queue, on a real broker, with both kinds of queue. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class ParkedJobsTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  /** All that is looked at meanwhile takes some 5 s of a machine that has nothing else to do. */
  private static final Duration WAIT = Duration.ofSeconds(40);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] NO_JOB = "no job".getBytes(StandardCharsets.UTF_8);
  private static final RunId RUN = new RunId("run-p");

  /** Whatever has to wait is parked at once. */
  private static final ExecutionSettings PARKING =
      new ExecutionSettings(
          ExecutionSettings.Retrying.DEFAULT,
          ExecutionSettings.Gating.DEFAULT,
          new ExecutionSettings.Waiting(Duration.ZERO, Duration.ofHours(12)));

  private final KafkaSettings settings = SharedBroker.settings("parked");
  private final Map<JobId, AtomicInteger> tried = new ConcurrentHashMap<>();

  private static MirrorFailure limited(Duration retryAfter) {
    return limited(retryAfter, "source.example");
  }

  private static MirrorFailure limited(Duration retryAfter, String registry) {
    return new MirrorFailure(
        FailureKind.RATE_LIMITED,
        registry + " answered 429",
        new Registry(registry),
        List.of(),
        retryAfter,
        null);
  }

  private static Run submit(Cluster cluster, int jobs) throws InterruptedException {
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(new Submission(RUN, null, Jobs.jobs(RUN, jobs), List.of()));
    }
  }

  private RunLedger ledger(Run run) throws InterruptedException {
    return new RunSnapshots(settings).of(List.of(run)).get(0);
  }

  private RunLedger awaitEnd(Run run) {
    await().atMost(SOON).until(() -> ledger(run).isComplete());
    try {
      return ledger(run);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int count(JobId id) {
    return tried.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
  }

  /** The first attempt of each job is answered with that; later ones succeed. */
  private ScriptedEngine.Script limitedOnce(Duration retryAfter) {
    return job -> {
      if (count(job.id()) == 1) {
        throw limited(retryAfter);
      }
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void a_parked_job_comes_back_when_its_time_has_come_whoever_parked_it(QueueMode mode)
      throws Exception {
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        ScriptedWorker one =
            new ScriptedWorker(cluster, 2, PARKING, limitedOnce(Duration.ofSeconds(3)));
        ScriptedWorker other =
            new ScriptedWorker(cluster, 2, PARKING, limitedOnce(Duration.ofSeconds(3)))) {
      Run run = submit(cluster, 10);

      RunLedger ledger = awaitEnd(run);

      assertThat(ledger.counts().mirrored()).isEqualTo(10);
      assertThat(ledger.results()).extracting(MirrorResult::attempts).containsOnly(2);
      assertThat(tried.values()).extracting(AtomicInteger::get).containsOnly(2);
      await().atMost(SOON).until(() -> cluster.parked().all().isEmpty());
      assertThat(one.engine().begun().size() + other.engine().begun().size())
          .isGreaterThanOrEqualTo(10);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void those_that_wait_hold_no_slot_and_live_however_long_it_is_silent(
      QueueMode mode, @TempDir Path folder) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("collect", RUN.toString(), "--no-result-after", "1s"));
    arguments.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    arguments.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    arguments.addAll(List.of("--queue", mode.name().toLowerCase(Locale.ROOT)));
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        ScriptedWorker worker =
            new ScriptedWorker(
                cluster,
                1,
                PARKING,
                job -> {
                  if (job.id().number() <= 5 && count(job.id()) == 1) {
                    throw limited(WAIT, "limited.example"); // not that of all
                  }
                })) {
      Run run = submit(cluster, 20);
      await().atMost(SOON).until(() -> ledger(run).counts().mirrored() == 15);

      assertThat(cluster.parked().all()).hasSize(5);
      await().atMost(SOON).until(() -> cluster.lag().jobs().orElse(-1) == 0);
      await().atMost(SOON).until(() -> cluster.unfinished().jobs().orElse(-1) == 5);
      CommandRun status =
          CommandRun.of(
              "status",
              "--bootstrap-server",
              settings.bootstrapServers(),
              "--topic-prefix",
              settings.topics().prefix(),
              "--queue",
              mode.name().toLowerCase(Locale.ROOT));
      assertThat(status.out())
          .contains("Waiting beside the queue for a registry: 5 images of run run-p");
      arguments.addAll(List.of("-o", folder.resolve("failed.txt").toString()));
      CommandRun collect = CommandRun.of(arguments.toArray(String[]::new));
      assertThat(collect.status()).as(collect.err()).isZero();
      assertThat(worker.engine().begun()).hasSize(20);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void parked_jobs_of_a_cancelled_run_are_answered_at_once(QueueMode mode) throws Exception {
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        ScriptedWorker worker = new ScriptedWorker(cluster, 2, PARKING, limitedOnce(HOUR))) {
      Run run = submit(cluster, 6);
      await().atMost(SOON).until(() -> cluster.parked().all().size() == 6);
      int begun = worker.engine().begun().size(); // the others are held back: one answer is enough

      cluster.runs().put(run.in(Run.State.CANCELLED));

      RunLedger ledger = awaitEnd(run);
      assertThat(ledger.counts().cancelled()).isEqualTo(6);
      assertThat(worker.engine().begun()).hasSize(begun).hasSizeBetween(1, 6);
      await().atMost(SOON).until(() -> cluster.parked().all().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void nothing_that_is_parked_is_forgotten_or_waits_for_ever(QueueMode mode) throws Exception {
    try (Cluster cluster = Cluster.open(settings, mode, 1)) {
      Run run = submit(cluster, 2);
      // As by a worker that died when its job was parked and not yet acknowledged.
      try (RetryTopic died = new RetryTopic(settings, "died")) {
        Instant past = Instant.now().minusSeconds(10);
        died.park(Jobs.job(RUN, 1), new Parking(1, 1, past, past));
        died.park(Jobs.job(RUN, 1), new Parking(1, 1, past, past));
      }
      putForeign("key", NO_JOB);
      AtomicInteger twice = new AtomicInteger();
      try (ScriptedWorker worker =
          new ScriptedWorker(
              cluster,
              2,
              PARKING.withAttempts(3),
              job -> {
                if (job.id().number() == 1) {
                  twice.incrementAndGet();
                } else {
                  throw limited(Duration.ofSeconds(1), "limited.example"); // holds only itself
                }
              })) {
        RunLedger ledger = awaitEnd(run);

        assertThat(ledger.counts().mirrored()).isOne();
        assertThat(ledger.results().get(1).outcome())
            .isInstanceOfSatisfying(
                Outcome.Failed.class,
                failed -> assertThat(failed.kind()).isEqualTo(FailureKind.RATE_LIMITED));
        assertThat(ledger.results().get(1).attempts()).isEqualTo(3);
        await().atMost(SOON).until(() -> cluster.unfinished().jobs().orElse(1) == 0);
        assertThat(twice).hasValue(2); // once from the queue, once as whoever died had parked it
        assertThat(worker.engine().running()).isEmpty();
      }
      try (JobsTopic topic = new JobsTopic(settings, mode)) {
        assertThat(topic.deadLetters())
            .singleElement()
            .satisfies(letter -> assertThat(letter.value()).isEqualTo(NO_JOB));
      }
    }
  }

  @Test
  void nothing_that_others_put_there_keeps_a_parked_job_from_coming_back() throws Exception {
    byte[] large = new byte[2 << 20]; // a few hundred bytes for the broker
    String longest = "k".repeat(2 << 20); // its dead letter is too large without a value
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      putForeign("large", large);
      putForeign(longest, NO_JOB);
      putForeign("whole/1/1", manyPlatforms(new RunId("whole")));
      Run run = park(Instant.now().minusSeconds(10));
      try (ScriptedWorker worker = new ScriptedWorker(cluster, 2, PARKING, job -> {})) {
        assertThat(awaitEnd(run).counts().mirrored()).isOne();
        await().atMost(SOON).until(() -> cluster.parked().all().isEmpty());
        assertThat(worker.engine().running()).isEmpty();
      }
      try (JobsTopic topic = new JobsTopic(settings, QueueMode.CLASSIC)) {
        assertThat(topic.deadLetters())
            .extracting(letter -> new String(letter.key(), StandardCharsets.UTF_8))
            .containsExactly("large", "whole/1/1");
        assertThat(topic.deadLetters()).extracting(letter -> letter.value()).containsOnlyNulls();
      }
    }
  }

  @Test
  void a_job_that_was_parked_by_a_clock_that_was_ahead_comes_back_and_is_begun() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      Run run = park(Instant.now().plus(Duration.ofDays(365)), Instant.MAX);
      try (ScriptedWorker worker =
          new ScriptedWorker(cluster, 2, PARKING, limitedOnce(Duration.ofSeconds(1)))) {
        assertThat(awaitEnd(run).counts().mirrored()).isEqualTo(2);
        await().atMost(SOON).until(() -> cluster.unfinished().jobs().orElse(1) == 0);
        assertThat(tried.values()).extracting(AtomicInteger::get).containsExactly(2, 2);
        assertThat(worker.engine().running()).isEmpty();
      }
    }
  }

  /** A run all of whose jobs are parked, the first until then, and so on. */
  private Run park(Instant... times) throws Exception {
    int partition = Topics.statusPartition(RUN, 6);
    Run run = new Run(RUN, Instant.now(), times.length, 0, partition, 0, null, Run.State.OPEN);
    try (RetryTopic parking = new RetryTopic(settings, "ahead")) {
      for (int job = 1; job <= times.length; job++) {
        parking.park(Jobs.job(RUN, job), new Parking(1, 1, times[job - 1], times[job - 1]));
      }
    }
    return run;
  }

  /** Of a job that can be read, and is some bytes too large for the queue. */
  private static byte[] manyPlatforms(RunId run) {
    MirrorJob few = Jobs.job(run, 1);
    Parking parking = new Parking(1, 1, Instant.EPOCH, Instant.EPOCH);
    int room = (1 << 20) - 50 - JobCodec.encode(few, parking).length;
    StringBuilder platforms = new StringBuilder("amd64");
    for (int v = 100_000; platforms.length() < room; v++) {
      platforms.append(",arm/v").append(v);
    }
    return JobCodec.encode(
        new MirrorJob(
            few.id(),
            few.line(),
            few.source(),
            few.destination(),
            PlatformSelector.parse(platforms.toString()),
            few.overwrite(),
            few.referrers()),
        parking);
  }

  private void putForeign(String key, byte[] value) throws Exception {
    Map<String, Object> compressed = settings.producer("foreign");
    compressed.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    compressed.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 10 << 20);
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(compressed)) {
      producer.send(new ProducerRecord<>(settings.topics().retry(), key, value)).get();
    }
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.queue.share.ShareSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Foreign, cut, huge and hostile records between the jobs of a run and between its events: all of
 * the run ends, and each record that is no job is a dead letter. {@code -Dseed=} repeats it.
 */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class HostileRecordsTest {
  private static final RunId RUN = new RunId("run-1");
  private static final int JOBS = 40;
  private static final int HOSTILE = 120;
  private static final int LARGE = 900_000;
  private static final Duration SOON = Duration.ofSeconds(90);

  private final Random random;

  HostileRecordsTest() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("HostileRecordsTest seed " + seed + " (repeat with -Dseed=" + seed + ")");
    random = new Random(seed);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void never_block_the_queue_nor_the_collector(QueueMode mode) throws Exception {
    KafkaSettings settings = SharedBroker.settings("hostile");
    List<MirrorJob> jobs = Jobs.jobs(RUN, JOBS);
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        JobsTopic topic = new JobsTopic(settings, mode)) {
      int letters = putHostileRecords(settings.topics().jobs(), null, jobs, settings);
      Run run;
      try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
        run = publisher.publish(new Submission(RUN, null, jobs, List.of()));
      }
      putHostileRecords(settings.topics().status(), run.statusPartition(), List.of(), settings);
      letters += putHostileRecords(settings.topics().jobs(), null, jobs, settings);
      int expected = letters;

      try (ScriptedWorker worker =
              new ScriptedWorker(
                  cluster,
                  "worker",
                  exhausted -> cluster.queue(ShareSettings.DEFAULT, exhausted, "worker"),
                  10,
                  job -> {});
          RunFollower follower = new RunFollower(settings, run)) {
        RunLedger ledger = new RunLedger(run);
        await()
            .atMost(SOON)
            .until(
                () -> {
                  follower.next(Duration.ofMillis(200)).forEach(ledger::apply);
                  return ledger.isComplete();
                });
        assertThat(ledger.counts().mirrored()).isEqualTo(JOBS);
        await().atMost(SOON).until(() -> topic.deadLetters().size() >= expected);
        assertThat(worker.engine().begun()).hasSize(JOBS);
      }
      List<ConsumerRecord<byte[], byte[]>> found = topic.deadLetters();
      assertThat(found).hasSize(expected);
      assertThat(found)
          .allSatisfy(letter -> assertThat(letter.headers().lastHeader("dlq.reason")).isNotNull());
    }
  }

  /** How many of them are no jobs. */
  private int putHostileRecords(
      String topic, @Nullable Integer partition, List<MirrorJob> jobs, KafkaSettings settings)
      throws Exception {
    Map<String, Object> properties = settings.producer("hostile");
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    List<Future<?>> answers = new ArrayList<>();
    int invalid = 0;
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      for (int i = 0; i < HOSTILE; i++) {
        byte[] key = bytes(RUN + "/" + (1 + random.nextInt(JOBS)));
        byte @Nullable [] value = hostile(jobs);
        if (isJob(value)) {
          continue; // a change that changed nothing, or made another job
        }
        invalid++;
        answers.add(producer.send(new ProducerRecord<>(topic, partition, key, value)));
      }
      for (Future<?> answer : answers) {
        answer.get();
      }
    }
    return invalid;
  }

  private static boolean isJob(byte @Nullable [] value) {
    try {
      return value != null && JobCodec.decode(value).id().number() > 0;
    } catch (InvalidRecordException e) {
      return false;
    }
  }

  private byte @Nullable [] hostile(List<MirrorJob> jobs) {
    byte[] job =
        JobCodec.encode(jobs.isEmpty() ? Jobs.job(RUN, 1) : jobs.get(random.nextInt(jobs.size())));
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(job, random.nextInt(job.length)); // cut
      case 1 -> bytes("[".repeat(random.nextInt(50_000))); // deep
      case 2 -> garbage(random.nextInt(200));
      case 3 -> random.nextInt(20) == 0 ? garbage(LARGE) : garbage(2_000);
      case 4 -> null; // a tombstone
      case 5 -> bytes(new String(job, StandardCharsets.UTF_8).replace("app", "../../$(id)"));
      case 6 ->
          bytes(new String(job, StandardCharsets.UTF_8).replace("\"schema\":1", "\"schema\":9"));
      default -> flipped(job);
    };
  }

  private byte[] flipped(byte[] job) {
    for (int i = 0; i < 5; i++) {
      job[random.nextInt(job.length)] = (byte) random.nextInt();
    }
    return job;
  }

  private byte[] garbage(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

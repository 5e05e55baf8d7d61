package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.UnfinishedJobs;
import io.imagetools.common.wire.JobCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many jobs are alive, while one of them never stays where it is. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class UnfinishedJobsTest {
  private static final long SEED = Long.getLong("seed", 4);

  /** As long as a question takes, so that the job often moves twice while one is answered. */
  private static final Duration LONGEST_STAY = Duration.ofMillis(40);

  private static final int QUESTIONS = 200;

  private final KafkaSettings settings = SharedBroker.settings("unfinished");
  private final TopicPartition queue = new TopicPartition(settings.topics().jobs(), 0);
  private final MirrorJob job = Jobs.job(new RunId("run-u"), 1);

  @Test
  void a_job_that_is_parked_and_comes_back_meanwhile_is_never_taken_for_done() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    Random lengths = new Random(SEED);
    ExecutorService mover = Executors.newSingleThreadExecutor();
    List<OptionalLong> answers = new ArrayList<>();
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("mover"))) {
      toQueue(producer);
      taken(cluster, 0);
      Future<?> moves =
          mover.submit(
              () -> {
                for (long done = 1; !enough.get(); done++) {
                  park(producer);
                  taken(cluster, done);
                  stay(lengths);
                  toQueue(producer);
                  unpark(producer);
                  stay(lengths);
                }
                return null;
              });
      UnfinishedJobs unfinished = cluster.unfinished();
      for (int question = 0; question < QUESTIONS && !moves.isDone(); question++) {
        answers.add(unfinished.jobs());
      }
      enough.set(true);
      moves.get();

      assertThat(answers).hasSize(QUESTIONS).doesNotContain(OptionalLong.of(0));

      unpark(producer);
      taken(cluster, cluster.admin().listOffsets(latest()).partitionResult(queue).get().offset());
      assertThat(unfinished.jobs()).hasValue(0);
    } finally {
      enough.set(true);
      mover.shutdownNow();
    }
  }

  private static void stay(Random lengths) {
    LockSupport.parkNanos(lengths.nextLong(LONGEST_STAY.toNanos()));
  }

  private Map<TopicPartition, OffsetSpec> latest() {
    return Map.of(queue, OffsetSpec.latest());
  }

  /** As by a worker that has acknowledged all before that offset. */
  private void taken(Cluster cluster, long offset) throws Exception {
    cluster
        .admin()
        .alterConsumerGroupOffsets(
            settings.topics().classicGroup(), Map.of(queue, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private void toQueue(KafkaProducer<String, byte[]> producer) throws Exception {
    String key = job.id().toString();
    producer.send(new ProducerRecord<>(queue.topic(), 0, key, JobCodec.encode(job))).get();
  }

  private void park(KafkaProducer<String, byte[]> producer) throws Exception {
    ParkedRecord parked =
        new ParkedRecord(job, new Parking(1, 1, Instant.now(), Instant.now()), null);
    producer
        .send(new ProducerRecord<>(settings.topics().retry(), 0, parked.key(), parked.value()))
        .get();
  }

  private void unpark(KafkaProducer<String, byte[]> producer) throws Exception {
    String key = new ParkedRecord(job, new Parking(1, 1, Instant.now(), Instant.now()), null).key();
    producer.send(new ProducerRecord<>(settings.topics().retry(), 0, key, null)).get();
  }
}

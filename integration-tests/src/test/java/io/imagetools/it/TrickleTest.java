package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events that come one by one, on a real broker. */
@ExtendWith(SharedBroker.class)
@Timeout(120)
class TrickleTest {
  private static final int JOBS = 20;

  private final KafkaSettings settings = SharedBroker.settings("trickle");
  private final RunId id = new RunId("run-t");

  private Run submitted() throws InterruptedException {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(new Submission(id, null, Jobs.jobs(id, JOBS), List.of()));
    }
  }

  private ProducerRecord<String, byte[]> record(Run run, JobEvent event) {
    return new ProducerRecord<>(
        settings.topics().status(),
        run.statusPartition(),
        EventCodec.key(event),
        EventCodec.encode(event));
  }

  private static void await(RunFollower follower, int events) throws InterruptedException {
    int heard = 0;
    while (heard < events) {
      heard += follower.next(Duration.ofSeconds(1)).size();
    }
  }

  /** How long it takes if each is put there when the one before was heard of. */
  private Duration oneByOne(RunFollower follower, KafkaProducer<String, byte[]> producer, Run run)
      throws Exception {
    long begin = System.nanoTime();
    for (int number = 1; number <= JOBS; number++) {
      producer.send(record(run, Jobs.finished(id, number, List.of()))).get();
      await(follower, 1);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Each look costs both sides CPU; but nobody shall wait for the end of a run. */
  @Test
  void is_read_a_few_at_a_time_until_the_end_is_near() throws Exception {
    Run run = submitted();
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("test"));
        RunFollower follower = new RunFollower(settings, run)) {
      await(follower, JOBS); // the plan

      Duration trickle = oneByOne(follower, producer, run);
      follower.endIsNear();
      Duration end = oneByOne(follower, producer, run);

      assertThat(trickle).isGreaterThan(Duration.ofMillis(100).multipliedBy(JOBS - 2));
      assertThat(end).isLessThan(trickle.dividedBy(2));
    }
  }
}

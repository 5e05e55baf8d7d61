package io.imagetools.worker.queue.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.it.JobsTopic;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job that somebody wants, taken by one who only answers jobs of cancelled runs. */
@Timeout(180)
class BatchTest {
  private static final JobHandler WANTS_ALL = delivery -> JobHandler.Verdict.RELEASE;

  private static final MirrorJob WANTED =
      new MirrorJob(
          new JobId(new RunId("run-1"), 1),
          1,
          ImageReference.parse("source.example/app:1"),
          ImageReference.parse("destination.example/app:1"),
          PlatformSelector.ALL,
          false,
          false);

  @Test
  void gives_a_job_back_once_and_queues_it_anew_the_next_time() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrapServers(), Map.of(), new Topics("batch"));
      try (Admin admin = Admin.create(settings.admin("test"));
          JobsTopic jobs = new JobsTopic(settings, QueueMode.SHARE);
          QueueTail tail = new QueueTail(settings, "test");
          Clearance clearance = new Clearance(settings, "test", WANTS_ALL, tail, new StopSignal());
          KafkaShareConsumer<byte[], byte[]> consumer = clearance.newConsumer()) {
        new ShareGroup(admin, settings.topics()).configure(ShareSettings.DEFAULT);
        jobs.put(List.of(WANTED));
        consumer.subscribe(List.of(settings.topics().jobs()));

        ConsumerRecord<byte[], byte[]> first = takenAndAnswered(consumer, tail);
        ConsumerRecord<byte[], byte[]> second = takenAndAnswered(consumer, tail);
        ConsumerRecord<byte[], byte[]> anew = only(taken(consumer));

        assertThat(QueueTail.count(first)).isEqualTo(1);
        assertThat(second.offset()).as("given back").isEqualTo(first.offset());
        assertThat(QueueTail.count(second)).isEqualTo(2);
        assertThat(anew.offset()).as("a new record").isGreaterThan(first.offset());
        assertThat(QueueTail.count(anew)).as("by the broker's count").isEqualTo(1);
        assertThat(QueueTail.number(anew)).as("by ours").isEqualTo(2);
        assertThat(anew.key()).isEqualTo(first.key());
        assertThat(anew.value()).isEqualTo(first.value());
        consumer.acknowledge(anew, AcknowledgeType.ACCEPT);
        consumer.commitSync(Duration.ofSeconds(30));
        QueueLag lag = new QueueLag(admin, settings.topics(), QueueMode.SHARE);
        await() // so the old record is done with
            .atMost(Duration.ofSeconds(60))
            .until(() -> lag.ofLane().orElse(-1) == 0);
      }
    }
  }

  private static ConsumerRecord<byte[], byte[]> takenAndAnswered(
      KafkaShareConsumer<byte[], byte[]> consumer, QueueTail tail) {
    ConsumerRecords<byte[], byte[]> records = taken(consumer);
    assertThat(new Batch(consumer, records, WANTS_ALL, tail).answer()).as("goes on").isFalse();
    return only(records);
  }

  private static ConsumerRecords<byte[], byte[]> taken(
      KafkaShareConsumer<byte[], byte[]> consumer) {
    List<ConsumerRecords<byte[], byte[]>> taken = new ArrayList<>();
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              taken.add(consumer.poll(Duration.ofSeconds(1)));
              return !last(taken).isEmpty();
            });
    return last(taken);
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static ConsumerRecord<byte[], byte[]> only(ConsumerRecords<byte[], byte[]> records) {
    assertThat(records).hasSize(1);
    return records.iterator().next();
  }
}

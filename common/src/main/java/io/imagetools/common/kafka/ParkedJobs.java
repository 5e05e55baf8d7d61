package io.imagetools.common.kafka;

import io.imagetools.common.wire.InvalidRecordException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;

/** The jobs that wait beside the queue, read whole from the retry topic. Thread-safe. */
public final class ParkedJobs {
  private static final Duration POLL = Duration.ofMillis(500);

  /** Without a single record for this long, there is no broker. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaSettings settings;

  /** Of that cluster. */
  public ParkedJobs(KafkaSettings settings) {
    this.settings = settings;
  }

  /**
   * Those that wait now, whether their time has come or not.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public Collection<ParkedRecord> all() {
    TopicPartition partition = new TopicPartition(settings.topics().retry(), 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-parked"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return List.copyOf(read(consumer, partition).values());
    } catch (KafkaException e) {
      throw BrokerAnswer.refused(
          "read the topic " + partition.topic(),
          e,
          Right.onTopic(AclOperation.READ, partition.topic()));
    }
  }

  private static Map<String, ParkedRecord> read(
      KafkaConsumer<String, byte[]> consumer, TopicPartition partition) {
    Map<String, ParkedRecord> parked = new LinkedHashMap<>();
    long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition, PATIENCE) < end) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        note(parked, record);
        deadline = System.nanoTime() + PATIENCE.toNanos();
      }
      if (System.nanoTime() > deadline) {
        throw new org.apache.kafka.common.errors.TimeoutException("the topic can't be read");
      }
    }
    return parked;
  }

  private static void note(
      Map<String, ParkedRecord> parked, ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      return;
    }
    parked.remove(record.key());
    if (record.value() != null) {
      try {
        parked.put(record.key(), ParkedRecord.decode(record));
      } catch (InvalidRecordException e) {
        return; // whoever brings jobs back puts it away
      }
    }
  }
}

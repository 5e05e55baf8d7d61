package io.imagetools.common.kafka;

import io.imagetools.common.wire.InvalidRecordException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;

/** The jobs that wait beside the queue, read whole from the retry topic. Thread-safe. */
public final class ParkedJobs {
  private static final Duration POLL = Duration.ofMillis(500);

  /** Without a single record for this long, there is no broker. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaSettings settings;
  private final TopicPartition partition;

  /** Of that cluster. */
  public ParkedJobs(KafkaSettings settings) {
    this.settings = settings;
    this.partition = new TopicPartition(settings.topics().retry(), 0);
  }

  /**
   * What waited at one moment.
   *
   * @param jobs whether their time has come or not
   * @param end up to where the topic was read; whatever is parked or brought back moves its end
   */
  record Snapshot(Collection<ParkedRecord> jobs, long end) {
    Snapshot {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * Those that wait now, whether their time has come or not.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public Collection<ParkedRecord> all() {
    return snapshot().jobs();
  }

  /** The same, and of which moment it is. */
  Snapshot snapshot() {
    return asked(
        consumer -> {
          consumer.assign(List.of(partition));
          consumer.seekToBeginning(List.of(partition));
          long end = end(consumer);
          return new Snapshot(read(consumer, end).values(), end);
        });
  }

  /** Whether nothing was parked or brought back since that moment. */
  boolean isStill(Snapshot then) {
    return asked(this::end) == then.end();
  }

  private <T> T asked(Function<KafkaConsumer<String, byte[]>, T> question) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-parked"))) {
      return question.apply(consumer);
    } catch (KafkaException e) {
      throw BrokerAnswer.refused(
          "read the topic " + partition.topic(),
          e,
          Right.onTopic(AclOperation.READ, partition.topic()));
    }
  }

  private long end(KafkaConsumer<String, byte[]> consumer) {
    return consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
  }

  private Map<String, ParkedRecord> read(KafkaConsumer<String, byte[]> consumer, long end) {
    Map<String, ParkedRecord> parked = new LinkedHashMap<>();
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

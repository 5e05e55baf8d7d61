package io.imagetools.collector.intake;

import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.common.wire.InvalidRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of runs at this moment. Each partition of the status topic is read once. */
public final class RunSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(RunSnapshots.class);

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaSettings settings;

  /** Of that cluster. */
  public RunSnapshots(KafkaSettings settings) {
    this.settings = settings;
  }

  /**
   * The ledgers of these runs, in their order. Nothing is known of one that names a partition which
   * is not there.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public List<RunLedger> of(Collection<Run> runs) {
    Map<RunId, RunLedger> ledgers = new LinkedHashMap<>();
    runs.forEach(run -> ledgers.put(run.id(), new RunLedger(run)));
    if (runs.isEmpty()) {
      return List.of();
    }
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-status"))) {
      starts(runs, StatusPartitions.count(consumer, settings.topics().status()))
          .forEach((partition, start) -> read(consumer, partition, start, ledgers));
    } catch (KafkaException e) {
      throw BrokerAnswer.refused(
          "read the topic " + settings.topics().status(),
          e,
          Right.onTopic(AclOperation.READ, settings.topics().status()));
    }
    return List.copyOf(ledgers.values());
  }

  private Map<TopicPartition, Long> starts(Collection<Run> runs, int partitions) {
    String topic = settings.topics().status();
    Map<TopicPartition, Long> starts = new HashMap<>();
    List<RunId> lost = new ArrayList<>();
    for (Run run : runs) {
      if (StatusPartitions.isOneOf(run, partitions)) {
        starts.merge(
            new TopicPartition(topic, run.statusPartition()), run.statusOffset(), Math::min);
      } else {
        lost.add(run.id());
      }
    }
    if (!lost.isEmpty()) {
      LOG.warn(
          "Nothing is known of the images of {}: the topic {} has only {} partitions, and their"
              + " events were in another one",
          lost,
          topic,
          partitions);
    }
    return starts;
  }

  private static void read(
      KafkaConsumer<String, byte[]> consumer,
      TopicPartition partition,
      long start,
      Map<RunId, RunLedger> ledgers) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, start);
    long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition, PATIENCE) < end) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        apply(record, ledgers);
        deadline = System.nanoTime() + PATIENCE.toNanos();
      }
      if (System.nanoTime() > deadline) {
        throw new org.apache.kafka.common.errors.TimeoutException("no further record came");
      }
    }
  }

  private static void apply(ConsumerRecord<String, byte[]> record, Map<RunId, RunLedger> ledgers) {
    if (record.value() == null) {
      return;
    }
    try {
      JobEvent event = EventCodec.decode(record.value());
      RunLedger ledger = ledgers.get(event.run());
      if (ledger != null) {
        ledger.apply(event);
      }
    } catch (InvalidRecordException e) {
      LOG.debug("Offset {} of {} is passed over.", record.offset(), record.topic(), e);
    }
  }
}

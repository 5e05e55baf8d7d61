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
   * The ledgers of these runs, in their order.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public List<RunLedger> of(Collection<Run> runs) {
    Map<RunId, RunLedger> ledgers = new LinkedHashMap<>();
    Map<TopicPartition, Long> starts = new HashMap<>();
    for (Run run : runs) {
      ledgers.put(run.id(), new RunLedger(run));
      starts.merge(
          new TopicPartition(settings.topics().status(), run.statusPartition()),
          run.statusOffset(),
          Math::min);
    }
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-status"))) {
      starts.forEach((partition, start) -> read(consumer, partition, start, ledgers));
    } catch (KafkaException e) {
      throw BrokerAnswer.refused(
          "read the topic " + settings.topics().status(),
          e,
          Right.onTopic(AclOperation.READ, settings.topics().status()));
    }
    return List.copyOf(ledgers.values());
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

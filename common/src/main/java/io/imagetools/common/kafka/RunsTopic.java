package io.imagetools.common.kafka;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.RunCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that the cluster knows: one small compacted topic, read whole. Thread-safe. */
public final class RunsTopic {
  private static final Logger LOG = LoggerFactory.getLogger(RunsTopic.class);

  private static final Duration POLL = Duration.ofMillis(500);

  /** Without a single record for this long, there is no broker. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaSettings settings;

  /** Of that cluster. */
  public RunsTopic(KafkaSettings settings) {
    this.settings = settings;
  }

  /** The record that says what is known of a run. */
  public static ProducerRecord<String, byte[]> record(Topics topics, Run run) {
    return new ProducerRecord<>(topics.runs(), 0, run.id().toString(), RunCodec.encode(run));
  }

  /**
   * That run.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public Optional<Run> find(RunId id) {
    return Optional.ofNullable(read().get(id));
  }

  /**
   * All runs that are still retained, oldest first.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public Collection<Run> all() {
    return List.copyOf(read().values());
  }

  /**
   * Says something new about a run: that it is done, or cancelled.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not take it
   */
  public void put(Run run) throws InterruptedException {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings.producer("image-tools-runs"))) {
      producer.send(record(settings.topics(), run)).get();
    } catch (ExecutionException e) {
      throw BrokerAnswer.refused("mark run " + run.id() + " as " + run.state(), e.getCause());
    }
  }

  private Map<RunId, Run> read() {
    TopicPartition partition = new TopicPartition(settings.topics().runs(), 0);
    Map<RunId, Run> runs = new LinkedHashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-runs"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition, PATIENCE) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          add(runs, record);
          deadline = System.nanoTime() + PATIENCE.toNanos();
        }
        if (System.nanoTime() > deadline) {
          throw new org.apache.kafka.common.errors.TimeoutException("the topic can't be read");
        }
      }
      return runs;
    } catch (KafkaException e) {
      throw BrokerAnswer.refused("read the topic " + settings.topics().runs(), e);
    }
  }

  private static void add(Map<RunId, Run> runs, ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      Run run = RunCodec.decode(record.value());
      runs.put(run.id(), run);
    } catch (InvalidRecordException e) {
      LOG.warn(
          "Offset {} of the topic {} is passed over: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
    }
  }
}

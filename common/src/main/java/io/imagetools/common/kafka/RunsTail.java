package io.imagetools.common.kafka;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.RunCodec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the runs topic from its beginning, and then what is said next. Used by one thread. */
public final class RunsTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunsTail.class);

  private static final Duration POLL = Duration.ofMillis(500);

  /** Without a single record for this long, there is no broker. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TopicPartition partition;
  private final KafkaConsumer<String, byte[]> consumer;

  /**
   * Of that cluster.
   *
   * @throws EnvironmentException if no broker can be named
   */
  public RunsTail(KafkaSettings settings) {
    this.partition = new TopicPartition(settings.topics().runs(), 0);
    try {
      this.consumer = new KafkaConsumer<>(settings.consumer("image-tools-runs"));
    } catch (KafkaException e) {
      throw BrokerAnswer.refused("connect to " + settings.bootstrapServers(), e);
    }
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * All that was said up to now and not read here yet: the last of each run, in the order in which
   * they were opened.
   *
   * @throws EnvironmentException if the broker does not answer
   */
  public Map<RunId, Run> known() {
    Map<RunId, Run> runs = new LinkedHashMap<>();
    try {
      long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition, PATIENCE) < end) {
        if (poll(POLL, runs)) {
          deadline = System.nanoTime() + PATIENCE.toNanos();
        }
        if (System.nanoTime() > deadline) {
          throw new org.apache.kafka.common.errors.TimeoutException("the topic can't be read");
        }
      }
      return runs;
    } catch (KafkaException e) {
      throw refused(e);
    }
  }

  /**
   * What is said next; waits up to {@code limit} for it. A broker that is away says nothing.
   *
   * @throws EnvironmentException if the broker refuses
   */
  public Map<RunId, Run> next(Duration limit) {
    Map<RunId, Run> runs = new LinkedHashMap<>();
    try {
      poll(limit, runs);
      return runs;
    } catch (KafkaException e) {
      throw refused(e);
    }
  }

  private EnvironmentException refused(KafkaException e) {
    return BrokerAnswer.refused(
        "read the topic " + partition.topic(),
        e,
        Right.onTopic(AclOperation.READ, partition.topic()));
  }

  private boolean poll(Duration limit, Map<RunId, Run> runs) {
    boolean any = false;
    for (ConsumerRecord<String, byte[]> record : consumer.poll(limit)) {
      add(runs, record);
      any = true;
    }
    return any;
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

  /** At once: the fetch that is under way would be waited for, half a second in vain. */
  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}

package io.imagetools.collector.intake;

import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.process.EnvironmentException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;

/**
 * The partitions of the status topic. The topic of runs outlives it: where it was made anew with
 * fewer, a run may name one that is not there, and whoever asked for that one would wait in vain.
 * Thread-safe.
 */
public final class StatusPartitions {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaSettings settings;

  /** There may be more by now. */
  private volatile int known;

  /** Of that cluster, which is asked when it must be. */
  public StatusPartitions(KafkaSettings settings) {
    this.settings = settings;
  }

  /**
   * Whether the one that a run names is there.
   *
   * @throws EnvironmentException if the broker does not answer
   */
  public boolean hold(Run run) {
    if (run.statusPartition() < known) {
      return true;
    }
    String topic = settings.topics().status();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.consumer("image-tools-status"))) {
      known = count(consumer, topic);
    } catch (KafkaException e) {
      throw BrokerAnswer.refused(
          "look at the topic " + topic, e, Right.onTopic(AclOperation.READ, topic));
    }
    return isOneOf(run, known);
  }

  /** How many there are; 0: the topic is not there, or not yet. */
  static int count(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic, PATIENCE).size();
  }

  /** Of a topic that is not there nothing is said: it may be in the making. */
  static boolean isOneOf(Run run, int partitions) {
    return partitions == 0 || run.statusPartition() < partitions;
  }
}

package io.imagetools.common.kafka;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.wire.RunCodec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;

/** The runs that the cluster knows: one small compacted topic, read whole. Thread-safe. */
public final class RunsTopic {
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
      throw BrokerAnswer.refused(
          "mark run " + run.id() + " as " + run.state(),
          e.getCause(),
          Right.onTopic(AclOperation.WRITE, settings.topics().runs()));
    }
  }

  /**
   * Marks a run as done, unless somebody cancelled it meanwhile: that stays.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the broker does not answer
   */
  public void markDone(RunId id) throws InterruptedException {
    Run present = read().get(id);
    if (present != null && present.state() == Run.State.OPEN) {
      put(present.in(Run.State.DONE));
    }
  }

  private Map<RunId, Run> read() {
    try (RunsTail tail = new RunsTail(settings)) {
      return tail.known();
    }
  }
}

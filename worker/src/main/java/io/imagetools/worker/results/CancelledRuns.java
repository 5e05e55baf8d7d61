package io.imagetools.worker.results;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.RunCodec;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerRetryAuthSuccessfulEvent;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * The runs that somebody cancelled, as the runs topic says, followed from its beginning. A run that
 * is cancelled is known here a moment later; until then its jobs are done as usual. Thread-safe.
 */
public final class CancelledRuns implements Predicate<RunId>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CancelledRuns.class);

  /** The topic keeps all runs, this process only so many; those cancelled first are forgotten. */
  static final int MOST_RUNS = 10_000;

  /** Rights and passwords that are changed on the broker can be changed back. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final Set<RunId> runs =
      Collections.synchronizedSet(Collections.newSetFromMap(new Bounded()));
  private final String topic;
  private final KafkaMessageListenerContainer<String, byte[]> container;

  /** Of the container's thread. */
  private boolean refused;

  private volatile Consumer<RunId> listener = run -> {};

  private static final class Bounded extends LinkedHashMap<RunId, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<RunId, Boolean> eldest) {
      return size() > MOST_RUNS;
    }
  }

  /** Follows the runs of that cluster from {@link #start} on. */
  public CancelledRuns(KafkaSettings settings, String clientId) {
    this.topic = settings.topics().runs();
    ContainerProperties properties =
        new ContainerProperties(
            new TopicPartitionOffset(topic, 0, TopicPartitionOffset.SeekPosition.BEGINNING));
    // Nothing is committed: each worker reads all of it, and belongs to no group for that.
    properties.setAckMode(ContainerProperties.AckMode.MANUAL);
    properties.setMessageListener((MessageListener<String, byte[]>) this::accept);
    properties.setAuthExceptionRetryInterval(RETRY); // without it one refusal would be the end
    properties.setShutdownTimeout(STOP_LIMIT.toMillis());
    this.container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(settings.consumer(clientId + "-runs")), properties);
    this.container.setApplicationEventPublisher(this::happened);
    this.container.setBeanName("image-tools-cancelled-runs");
  }

  /** The container tries again by itself, and tells nobody. */
  private void happened(Object event) {
    if (event instanceof ConsumerRetryAuthEvent problem && !refused) {
      refused = true;
      LOG.warn(
          "Cancelled runs are not noticed here ({}). It is tried every {} s until that is put"
              + " right; jobs are done as usual",
          problem.getReason() == ConsumerRetryAuthEvent.Reason.AUTHORIZATION
              ? "this account needs " + Right.onTopic(AclOperation.READ, topic)
              : "the broker does not accept the login",
          RETRY.toSeconds());
    } else if (event instanceof ConsumerRetryAuthSuccessfulEvent) {
      refused = false;
      LOG.info("Cancelled runs are noticed again");
    }
  }

  /** Begins to follow. Returns at once; a broker that is away is waited for. */
  public void start() {
    container.start();
  }

  /**
   * The same.
   *
   * @param whenCancelled told of each run once it is known here as cancelled, by the thread that
   *     follows; must not block
   */
  public void start(Consumer<RunId> whenCancelled) {
    listener = whenCancelled;
    start();
  }

  @Override
  public boolean test(RunId run) {
    return runs.contains(run);
  }

  /** Takes in one record. */
  void accept(ConsumerRecord<String, byte[]> record) {
    try {
      if (record.value() == null) {
        if (record.key() != null) {
          runs.remove(new RunId(record.key()));
        }
        return;
      }
      Run run = RunCodec.decode(record.value());
      if (run.state() == Run.State.CANCELLED) {
        if (runs.add(run.id())) {
          LOG.info(
              "Run {} is cancelled: what runs of it here is broken off, the rest is not begun",
              run.id());
          listener.accept(run.id());
        }
      } else if (run.state() == Run.State.OPEN) { // submitted again under its name
        runs.remove(run.id());
      }
    } catch (InvalidRecordException | IllegalArgumentException e) {
      LOG.debug(
          "Offset {} of the topic {} is passed over: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}

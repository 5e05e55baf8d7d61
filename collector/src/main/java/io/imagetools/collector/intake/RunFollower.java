package io.imagetools.collector.intake;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.common.wire.InvalidRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerRetryAuthSuccessfulEvent;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * Reads the events of one run from its partition of the status topic, from its start offset on, for
 * as long as it is open. It belongs to no group and commits nothing: whoever comes later, or again,
 * reads the same. A broker that goes away is waited for. Used by one thread.
 */
public final class RunFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);

  /** Bounds memory when events come faster than they are used. */
  private static final int BUFFERED_EVENTS = 20_000;

  /** Rights and passwords that are changed on the broker can be changed back. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final int MOST_AT_ONCE = 5_000;

  /** A follower that has nothing to read says how far it is. */
  private static final Duration IDLE_WORD = Duration.ofMillis(500);

  private static final long LOOK_MILLIS = 20;

  /**
   * Fewer events at once than these are a trickle. Each look costs both sides half a millisecond of
   * CPU, so that they are read together, a few at a time; what comes after a silence is read at
   * once.
   */
  private static final int TRICKLE = 100;

  private static final Duration TRICKLE_PAUSE = Duration.ofMillis(100);

  /** Its thread may be held up by a buffer that nobody empties any more. */
  private static final Duration END_LIMIT = Duration.ofSeconds(1);

  private final Run run;
  private final TopicPartition partition;
  private final ConsumerFactory<String, byte[]> consumers;
  private final BlockingQueue<JobEvent> events = new ArrayBlockingQueue<>(BUFFERED_EVENTS);
  private final KafkaMessageListenerContainer<String, byte[]> container;

  /** All before it has come in. */
  private volatile long position;

  private volatile boolean endIsNear;

  /** Of the container's thread. */
  private boolean refused;

  /** That it was said. */
  private boolean behind;

  /** Begins to read. */
  public RunFollower(KafkaSettings settings, Run run) {
    this.run = run;
    this.partition = new TopicPartition(settings.topics().status(), run.statusPartition());
    this.consumers = consumers(settings);
    ContainerProperties properties =
        new ContainerProperties(
            new TopicPartitionOffset(partition.topic(), partition.partition(), run.statusOffset()));
    properties.setMessageListener((BatchMessageListener<String, byte[]>) this::receive);
    properties.setAckMode(ContainerProperties.AckMode.MANUAL);
    properties.setAuthExceptionRetryInterval(RETRY); // without it one refusal would be the end
    properties.setPollTimeout(Duration.ofSeconds(1).toMillis());
    properties.setIdleEventInterval(IDLE_WORD.toMillis());
    properties.setShutdownTimeout(END_LIMIT.toMillis());
    this.container = new KafkaMessageListenerContainer<>(consumers, properties);
    container.setBeanName("collector-" + run.id());
    container.setApplicationEventPublisher(this::happened);
    container.start();
  }

  /** The container tries again by itself, and tells nobody. */
  private void happened(Object event) {
    if (event instanceof ListenerContainerIdleEvent idle) {
      idleAt(idle.getConsumer());
    } else if (event instanceof ConsumerRetryAuthEvent problem && !refused) {
      refused = true;
      LOG.warn(
          "The events of run {} can't be read ({}). It is tried every {} s until that is put right",
          run.id(),
          problem.getReason() == ConsumerRetryAuthEvent.Reason.AUTHORIZATION
              ? "this account needs " + Right.onTopic(AclOperation.READ, partition.topic())
              : "the broker does not accept the login",
          RETRY.toSeconds());
    } else if (event instanceof ConsumerRetryAuthSuccessfulEvent) {
      refused = false;
      LOG.info("The events of run {} can be read again", run.id());
    }
  }

  /** Also past what was compacted away, or was kept for long enough. */
  private void idleAt(Consumer<?, ?> consumer) {
    container.getContainerProperties().setIdleBetweenPolls(0);
    try {
      position = consumer.position(partition, Duration.ZERO);
    } catch (TimeoutException e) {
      LOG.trace("The broker is to say first where reading goes on.", e);
    }
  }

  private void receive(List<ConsumerRecord<String, byte[]>> records) {
    for (ConsumerRecord<String, byte[]> record : records) {
      take(record);
      position = record.offset() + 1;
    }
    boolean pause = records.size() < TRICKLE && !endIsNear;
    container.getContainerProperties().setIdleBetweenPolls(pause ? TRICKLE_PAUSE.toMillis() : 0);
  }

  /** From now on each event is read as soon as it is there: somebody waits for the last one. */
  public void endIsNear() {
    endIsNear = true;
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return; // a tombstone
    }
    try {
      JobEvent event = EventCodec.decode(record.value());
      if (event.run().equals(run.id())) {
        events.put(event);
      }
    } catch (InvalidRecordException e) {
      LOG.warn(
          "Offset {} of the topic {} is passed over: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed while the buffer was full: nobody reads it
    }
  }

  /** What has come in; waits up to {@code limit} for the first; none if nothing came. */
  public List<JobEvent> next(Duration limit) throws InterruptedException {
    JobEvent first = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    List<JobEvent> batch = new ArrayList<>();
    batch.add(first);
    events.drainTo(batch, MOST_AT_ONCE);
    return batch;
  }

  /**
   * Whether all has come in that is on the topic at this moment; it is there for {@link #next}.
   *
   * @param limit for the broker's answers; false if they did not come
   * @throws EnvironmentException if nothing more will be read
   */
  public boolean hasReadAll(Duration limit) throws InterruptedException {
    if (!container.isRunning()) {
      throw new EnvironmentException(
          "The events of run "
              + run.id()
              + " are not read any more, for the reason above. 'image-tools collect "
              + run.id()
              + "' reads them again from the beginning.");
    }
    long deadline = System.nanoTime() + limit.toNanos();
    OptionalLong end = end(limit);
    while (end.isPresent() && position < end.getAsLong() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    boolean all = end.isPresent() && position >= end.getAsLong();
    if (!all && !behind) {
      LOG.warn(
          "Nothing more is to come of run {}, but not all that is on the topic {} can be read now; it"
              + " is tried until it can",
          run.id(),
          partition.topic());
    }
    behind = !all;
    return all;
  }

  private OptionalLong end(Duration limit) {
    try (Consumer<String, byte[]> consumer = consumers.createConsumer(null, null, "-end")) {
      Long end = consumer.endOffsets(List.of(partition), limit).get(partition);
      return end == null ? OptionalLong.empty() : OptionalLong.of(end);
    } catch (KafkaException e) {
      LOG.debug("Where {} ends is not known now.", partition, e);
      return OptionalLong.empty();
    }
  }

  /**
   * Its thread has ended then, or a second has passed: a Java that exits would wait for it longer
   * than its end takes.
   */
  @Override
  public void close() {
    container.stop();
  }

  private static ConsumerFactory<String, byte[]> consumers(KafkaSettings settings) {
    return new DefaultKafkaConsumerFactory<>(settings.consumer("image-tools-collector")) {
      @Override
      protected Consumer<String, byte[]> createRawConsumer(Map<String, Object> configured) {
        return new Hasty(configured);
      }
    };
  }

  /** Closes at once: the fetch that is under way would be waited for, half a second in vain. */
  private static final class Hasty extends KafkaConsumer<String, byte[]> {
    Hasty(Map<String, Object> properties) {
      super(properties);
    }

    @Override
    public void close() {
      close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}

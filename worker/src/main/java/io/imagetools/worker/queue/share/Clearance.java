package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.HandlerAround;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.StopSignal;
import io.imagetools.worker.queue.topic.UnwantedJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers jobs of cancelled runs by the hundred. A slot needs two words of the broker for each job,
 * which is some hundred jobs a second; so when the slots of this worker took nothing else for a
 * while, one more consumer joins the group, takes many at once, and leaves when it gets a job that
 * somebody wants. Thread-safe.
 */
final class Clearance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clearance.class);

  /** Unwanted jobs in a row, of all slots, that make it likely that many more follow. */
  static final int IN_A_ROW = 30;

  /** A member that joins waits for the group's next heartbeat or two, of 5 s by default. */
  private static final Duration JOINING = Duration.ofSeconds(20);

  /** When nothing came for so long, nothing more is there. */
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Below it: an answer that comes after the wait would hold jobs unseen. */
  private static final Duration FETCH = POLL.dividedBy(4);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final KafkaSettings settings;
  private final String worker;
  private final JobHandler handler;
  private final QueueTail tail;
  private final StopSignal stop;
  private final AtomicInteger inARow = new AtomicInteger();
  private final AtomicBoolean atWork = new AtomicBoolean();
  private final ExecutorService thread = JobThreads.named("unwanted", 1);

  /**
   * Of one queue.
   *
   * @param worker its name
   * @param handler of jobs
   * @param tail where to put jobs that were taken too often by somebody who does not do them
   */
  Clearance(
      KafkaSettings settings, String worker, JobHandler handler, QueueTail tail, StopSignal stop) {
    this.settings = settings;
    this.worker = worker;
    this.handler = handler;
    this.tail = tail;
    this.stop = stop;
  }

  /** The handler, seen by this: what the slots get tells whether it is worth while. */
  JobHandler watched() {
    return new HandlerAround(handler) {
      @Override
      public Verdict handle(Delivery delivery) {
        saw(isUnwanted(delivery.job().id().run()));
        return super.handle(delivery);
      }
    };
  }

  private void saw(boolean unwanted) {
    if (!unwanted) {
      inARow.set(0);
    } else if (inARow.incrementAndGet() >= IN_A_ROW && atWork.compareAndSet(false, true)) {
      try {
        thread.execute(this::clear);
      } catch (RejectedExecutionException e) {
        LOG.trace("The queue was told to stop this very moment.", e);
      }
    }
  }

  private void clear() {
    try (KafkaShareConsumer<byte[], byte[]> consumer = newConsumer()) {
      consumer.subscribe(List.of(settings.topics().jobs()));
      ConsumerRecords<byte[], byte[]> records = first(consumer);
      while (!records.isEmpty() && new Batch(consumer, records, handler, tail).answer()) {
        records = stop.requested() ? ConsumerRecords.empty() : consumer.poll(POLL);
      }
    } catch (KafkaException e) { // a full group, a broker that went: the slots do it alone
      LOG.debug("Jobs of cancelled runs are answered by the slots alone.", e);
    } finally {
      inARow.set(0);
      atWork.set(false);
    }
  }

  private ConsumerRecords<byte[], byte[]> first(KafkaShareConsumer<byte[], byte[]> consumer) {
    long deadline = System.nanoTime() + JOINING.toNanos();
    ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
    while (records.isEmpty() && !stop.requested() && System.nanoTime() < deadline) {
      records = consumer.poll(POLL);
    }
    return records;
  }

  KafkaShareConsumer<byte[], byte[]> newConsumer() {
    Map<String, Object> properties = settings.shareConsumer(worker + "-unwanted");
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, UnwantedJobs.BATCH);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH.toMillis());
    return new KafkaShareConsumer<>(properties);
  }

  /** Answers nothing more. The queue was told to stop before. */
  @Override
  public void close() {
    JobThreads.end(thread, CLOSE_LIMIT);
  }
}

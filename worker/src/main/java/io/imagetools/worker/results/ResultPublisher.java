package io.imagetools.worker.results;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.process.Check;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.worker.execution.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Writes what becomes of jobs to the status topic: all events of a run into one partition of it,
 * under the job's id. Thread-safe; one for all slots of a worker.
 *
 * <p>The partition follows from the run and the number of partitions, which is asked for once: it
 * must not be changed while runs are under way.
 */
public final class ResultPublisher implements Results, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultPublisher.class);

  /** What the check is called. */
  static final String CHECK = "status topic";

  /** Bounds how long a call blocks for metadata, and so how long a display may hold up a job. */
  private static final Duration BLOCK = Duration.ofSeconds(5);

  /** After so long without an acknowledgement the log says what is waited for. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  /** Between two tries, so that a broker that refuses at once is not asked without a pause. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** What was sent is acknowledged by then, unless the broker is away. */
  private static final Duration LAST_WORD = Duration.ofSeconds(10);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final String topic;
  private final DefaultKafkaProducerFactory<String, byte[]> producers;
  private final KafkaTemplate<String, byte[]> template;

  /** The factory would make a new producer for whoever comes late. */
  private volatile boolean closed;

  /** 0 until the broker has said it. */
  private final AtomicInteger partitions = new AtomicInteger();

  /**
   * To that cluster, whose topics exist. Connects with the first event.
   *
   * @param clientId the beginning of what the broker's logs and quotas call this client
   */
  public ResultPublisher(KafkaSettings settings, String clientId) {
    Map<String, Object> properties = settings.producer(clientId + "-results");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    this.topic = settings.topics().status();
    this.producers = new DefaultKafkaProducerFactory<>(properties);
    this.producers.setPhysicalCloseTimeout((int) CLOSE_LIMIT.toSeconds());
    this.template = new KafkaTemplate<>(producers);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees every failure
  public void started(JobEvent.Started event) {
    try {
      send(event)
          .whenComplete(
              (sent, problem) -> {
                if (problem != null) {
                  LOG.debug("The start of job {} was not published", event.job().id(), problem);
                }
              });
    } catch (RuntimeException e) {
      LOG.debug("The start of job {} was not published", event.job().id(), e);
    }
  }

  @Override
  public void finished(JobEvent.Finished event) throws InterruptedException {
    finish(event, tried(event));
  }

  @Override
  public void finished(List<JobEvent.Finished> events) throws InterruptedException {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (JobEvent.Finished event : events) {
      sent.add(tried(event));
    }
    for (int i = 0; i < sent.size(); i++) {
      finish(events.get(i), sent.get(i));
    }
  }

  /** What was refused is seen where it is waited for. */
  private CompletableFuture<?> tried(JobEvent event) {
    try {
      return send(event);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void finish(JobEvent.Finished event, CompletableFuture<?> first)
      throws InterruptedException {
    Waiting waiting = new Waiting(event, Right.onTopic(AclOperation.WRITE, topic));
    CompletableFuture<?> sent = first;
    boolean small = false;
    while (true) {
      try {
        acknowledged(sent, waiting);
        waiting.over();
        return;
      } catch (ExecutionException | RuntimeException e) {
        refuse(event, e);
        if (Causes.has(e, RecordTooLargeException.class) && !small) {
          LOG.warn("The result of {} is too large; it is sent without its lists", id(event));
          small = true;
        } else {
          waiting.failed(e);
          TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
      }
      sent = tried(small ? SmallResult.of(event) : event);
    }
  }

  private static JobId id(JobEvent.Finished event) {
    return event.result().id();
  }

  /** Throws if another try makes no sense. */
  private void refuse(JobEvent.Finished event, Exception problem) throws InterruptedException {
    if (Thread.currentThread().isInterrupted() || Causes.has(problem, InterruptException.class)) {
      throw interrupted(event);
    }
    if (closed) {
      throw new IllegalStateException("the publisher of results was closed meanwhile", problem);
    }
  }

  private static InterruptedException interrupted(JobEvent.Finished event) {
    Thread.interrupted(); // said by the exception from here on
    return new InterruptedException(
        "interrupted while the result of " + id(event) + " was not acknowledged");
  }

  private static void acknowledged(CompletableFuture<?> sent, Waiting waiting)
      throws InterruptedException, ExecutionException {
    while (true) {
      try {
        Object unused = sent.get(QUIET.toNanos(), TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        waiting.silence();
      } catch (InterruptedException e) {
        lastWord(sent, e);
        return;
      }
    }
  }

  /** A job that has ended is done again without it, so it is worth a moment to who shall stop. */
  private static void lastWord(CompletableFuture<?> sent, InterruptedException told)
      throws InterruptedException, ExecutionException {
    try {
      Object unused = sent.get(LAST_WORD.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw told;
    } catch (ExecutionException e) {
      Thread.currentThread().interrupt(); // it is not sent a second time
      throw e;
    }
    Thread.currentThread().interrupt();
  }

  private CompletableFuture<?> send(JobEvent event) {
    if (closed) {
      throw new IllegalStateException("the publisher of results is closed");
    }
    return template.send(
        TraceHeaders.current(
            new ProducerRecord<>(
                topic, partition(event.run()), EventCodec.key(event), EventCodec.encode(event))));
  }

  private int partition(RunId run) {
    int known = partitions.get();
    if (known == 0) {
      known = template.partitionsFor(topic).size();
      partitions.set(known);
    }
    return Topics.statusPartition(run, known);
  }

  /** Whether results would be taken. Waits a few seconds at most. */
  public Check check() {
    try {
      int count = template.partitionsFor(topic).size();
      return Check.ok(CHECK, "The topic " + topic + " is there, with " + count + " partitions.");
    } catch (RuntimeException e) {
      return Check.failed(
          CHECK,
          "The topic " + topic + " can't be reached: " + Causes.deepest(e),
          "Check --bootstrap-server and whether the cluster is up; the topic is created by the"
              + " first 'image-tools mirror' or 'image-tools worker' that may.");
    }
  }

  /** Sends what is under way, for some seconds at most. */
  @Override
  public void close() {
    closed = true;
    template.destroy();
    producers.destroy();
  }
}

package io.imagetools.producer.publish;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.RunsTopic;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.kafka.Topics.Lane;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.common.wire.JobCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits runs. The order of effects: the run is opened, then all that is planned or rejected is on
 * the status topic, then the jobs are on the jobs topic. A crash in between leaves a run whose
 * collector can name every job that was planned, taken or not. Thread-safe.
 */
public final class RunPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunPublisher.class);

  /** A broker that is away for as long as a restart of a cluster takes costs nothing but time. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Images of a run that may overtake; README and ADR 19 name it. */
  static final int SMALL = 100;

  /** Nobody gives up jobs that were planned a shorter time ago, unless told to be so hasty. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Admin admin;
  private final Topics topics;
  private final RunsTopic runs;
  private final int statusPartitions;
  private final Clock clock;
  private final @Nullable QueueLag queue;
  private final KafkaProducer<String, byte[]> producer;

  /** Somebody was told that not all was submitted: what was not sent by then shall not be. */
  private volatile boolean gaveUp;

  /**
   * To that cluster, whose topics exist.
   *
   * @param admin not closed here
   * @param queue asked how many jobs wait, so that a run need not wait behind all of them; null:
   *     each does
   */
  public RunPublisher(
      KafkaSettings settings,
      Admin admin,
      int statusPartitions,
      Clock clock,
      @Nullable QueueLag queue) {
    this(settings, admin, statusPartitions, clock, queue, PATIENCE);
  }

  /**
   * The same, with another patience.
   *
   * @param patience how long a record is tried to be sent; not shorter than one request may take
   */
  RunPublisher(
      KafkaSettings settings,
      Admin admin,
      int statusPartitions,
      Clock clock,
      @Nullable QueueLag queue,
      Duration patience) {
    this.queue = queue;
    this.admin = admin;
    this.topics = settings.topics();
    this.runs = new RunsTopic(settings);
    this.statusPartitions = statusPartitions;
    this.clock = clock;
    Map<String, Object> properties = settings.producer("image-tools-producer");
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    this.producer = new KafkaProducer<>(properties);
  }

  /**
   * Submits a run; when this returns, all of it is acknowledged by the cluster.
   *
   * @return the run as it was opened
   * @throws EnvironmentException if the cluster does not take it; the message says how far it came
   */
  public Run publish(Submission submission) throws InterruptedException {
    int partition = Topics.statusPartition(submission.run(), statusPartitions);
    Run run =
        new Run(
            submission.run(),
            clock.instant(),
            submission.jobs().size(),
            submission.rejected().size(),
            partition,
            endOf(new TopicPartition(topics.status(), partition)),
            submission.parent(),
            Run.State.OPEN);
    String name = "run " + run.id();
    Batch opening = new Batch("open the " + name + " (nothing was submitted)");
    opening.send(RunsTopic.record(topics, run));
    opening.finish();
    Batch plan = new Batch("write down the plan of " + name + " (no job was submitted)");
    for (JobEvent.LineRejected rejected : submission.rejected()) {
      plan.send(status(run, RejectedText.fitting(rejected)));
    }
    for (MirrorJob job : submission.jobs()) {
      plan.send(status(run, new JobEvent.Planned(job)));
    }
    plan.finish();
    Batch jobs =
        new Batch(
            "submit the jobs of "
                + name
                + " (some are submitted; 'image-tools collect "
                + run.id()
                + "' names those that are not)");
    String topic = lane(run).jobs();
    try {
      for (MirrorJob job : submission.jobs()) {
        // Where there are several partitions, the hash of the key spreads the jobs over them.
        jobs.send(new ProducerRecord<>(topic, job.id().toString(), JobCodec.encode(job)));
      }
      jobs.finish();
    } finally { // Some may be there, whatever became of the others.
      if (clock.instant().isAfter(run.createdAt().plus(SOON))) {
        openAgain(run);
      }
    }
    LOG.debug("Run {}: {} jobs are on the topic {}.", run.id(), run.jobs(), topic);
    return run;
  }

  /**
   * A computer that slept, or was cut off, in the middle of it: a collector that has heard nothing
   * for two minutes has given the jobs up, and marked the run as done. Now they are there, and it
   * shall be followed again.
   */
  private void openAgain(Run run) throws InterruptedException {
    try {
      if (runs.find(run.id()).filter(known -> known.state() == Run.State.DONE).isPresent()) {
        runs.put(run);
        LOG.warn(
            "It took so long to submit run {} that a collector has given it up; it is open again",
            run.id());
      }
    } catch (EnvironmentException e) {
      LOG.info(
          "It took more than {} s to submit run {}: if a collector gave it up meanwhile,"
              + " 'image-tools collect {}' writes its failed list",
          SOON.toSeconds(),
          run.id(),
          run.id());
      LOG.debug("Whether it was can't be seen.", e);
    }
  }

  /** A small run does not wait for more images than it has itself, a large one for no other. */
  private Topics lane(Run run) throws InterruptedException {
    long ahead = queue == null ? 0 : queue.ofLane().orElse(0);
    if (queue == null || ahead <= Math.min(run.jobs(), SMALL)) {
      return topics;
    }
    if (run.jobs() <= SMALL) {
      LOG.info(
          "{} images of other runs are not done yet; this run is small and does not wait for them",
          ahead);
      return topics.in(Lane.EXPRESS);
    }
    QueueLag beside = queue.in(Lane.BESIDE);
    if (!beside.isThere() || beside.jobsOrRecords().orElse(ahead) >= ahead) {
      return topics;
    }
    LOG.info(
        "{} images of another large run are not done yet; this one goes on beside it, each with"
            + " half of the slots",
        ahead);
    return topics.in(Lane.BESIDE);
  }

  private ProducerRecord<String, byte[]> status(Run run, JobEvent event) {
    return new ProducerRecord<>(
        topics.status(), run.statusPartition(), EventCodec.key(event), EventCodec.encode(event));
  }

  private long endOf(TopicPartition partition) throws InterruptedException {
    try {
      return Objects.requireNonNull(
              admin.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get().get(partition))
          .offset();
    } catch (ExecutionException e) {
      throw BrokerAnswer.refused(
          "read the end of " + partition,
          e.getCause(),
          Right.onTopic(AclOperation.DESCRIBE, partition.topic()));
    }
  }

  @Override
  public void close() {
    producer.close(gaveUp ? Duration.ZERO : CLOSE_LIMIT);
  }

  /** Records that are all acknowledged, or the first failure is known. */
  private final class Batch {
    private final String purpose;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Batch(String purpose) {
      this.purpose = purpose;
    }

    /**
     * Hands a record to the client, which may wait for the broker as long as its patience lasts. It
     * throws nothing then but tells the callback, and the next record would wait as long again.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback sees every failure
    void send(ProducerRecord<String, byte[]> record) throws InterruptedException {
      throwIfFailed();
      try {
        producer.send(
            TraceHeaders.current(record),
            (metadata, problem) -> {
              if (problem != null) {
                failure.compareAndSet(null, problem);
              }
            });
      } catch (InterruptException e) {
        throw interrupted();
      } catch (KafkaException e) {
        throw BrokerAnswer.refused(purpose, e);
      }
    }

    void finish() throws InterruptedException {
      try {
        producer.flush();
      } catch (InterruptException e) {
        throw interrupted();
      }
      throwIfFailed();
    }

    private void throwIfFailed() {
      Exception problem = failure.get();
      if (problem != null) {
        gaveUp = true;
        throw BrokerAnswer.refused(purpose, problem);
      }
    }

    private InterruptedException interrupted() {
      boolean unused = Thread.interrupted(); // the client has set it again
      gaveUp = true;
      return new InterruptedException("interrupted while trying to " + purpose);
    }
  }
}

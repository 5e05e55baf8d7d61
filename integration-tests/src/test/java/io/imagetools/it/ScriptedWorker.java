package io.imagetools.it;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.execution.Attempts;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.execution.MirrorJobHandler;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.execution.Sleeper;
import io.imagetools.worker.execution.TracedJobs;
import io.imagetools.worker.parking.ParkedJobsReturn;
import io.imagetools.worker.parking.RetryTopic;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import io.imagetools.worker.results.CancelledRuns;
import io.imagetools.worker.results.ResultPublisher;
import io.imagetools.worker.results.SharedLimits;
import java.time.Clock;
import java.time.Duration;

/** A worker's own parts, but for the engine. Its queue is of the cluster's kind, or given. */
public final class ScriptedWorker implements AutoCloseable {
  private static final String NAME = "scripted";
  private static final ShareSettings PROMPT =
      new ShareSettings(
          ShareSettings.DEFAULT_LOCK, Duration.ofMillis(300), ShareSettings.DEFAULT_DELIVERIES);

  private final ScriptedEngine engine;
  private final ResultPublisher results;
  private final CancelledRuns cancelled;
  private final RetryTopic parkingLot;
  private final ParkedJobsReturn parkedJobs;
  private final RegistryLimits registries;
  private final SharedLimits sharedLimits;
  private final JobQueue queue;

  /** What its queue is made of, once it is known who answers for jobs that were given up. */
  @FunctionalInterface
  public interface QueueMaker {
    /** A queue. */
    JobQueue queue(JobHandler exhausted);
  }

  /** Takes jobs from now on, so many at once; tries each once. */
  ScriptedWorker(Cluster cluster, int slots, ScriptedEngine.Script script) {
    this(cluster, slots, ExecutionSettings.DEFAULT.withAttempts(1), script);
  }

  /** Takes jobs from now on, so many at once. */
  ScriptedWorker(
      Cluster cluster, int slots, ExecutionSettings limits, ScriptedEngine.Script script) {
    this(cluster, NAME, exhausted -> cluster.queue(PROMPT, exhausted, NAME), slots, limits, script);
  }

  /** Takes jobs from that queue from now on; tries each once. */
  public ScriptedWorker(
      Cluster cluster, String name, QueueMaker maker, int slots, ScriptedEngine.Script script) {
    this(cluster, name, maker, slots, ExecutionSettings.DEFAULT.withAttempts(1), script);
  }

  private ScriptedWorker(
      Cluster cluster,
      String name,
      QueueMaker maker,
      int slots,
      ExecutionSettings limits,
      ScriptedEngine.Script script) {
    engine = new ScriptedEngine(script);
    results = new ResultPublisher(cluster.settings(), name);
    cancelled = new CancelledRuns(cluster.settings(), name);
    parkingLot = new RetryTopic(cluster.settings(), name);
    registries = new RegistryLimits(Clock.systemUTC(), limits.retry().longestRetryAfter(), name);
    sharedLimits = new SharedLimits(cluster.settings(), registries, name);
    parkedJobs =
        new ParkedJobsReturn(
            cluster.settings(),
            cancelled,
            registries,
            limits.waiting().longestParked(),
            Clock.systemUTC(),
            name);
    Attempts attempts =
        new Attempts(engine, limits, registries, slots, Clock.systemUTC(), Sleeper.SYSTEM);
    MirrorJobHandler handler =
        new MirrorJobHandler(attempts, results, parkingLot, cancelled, Clock.systemUTC(), name);
    TracedJobs jobs = new TracedJobs(Tracing.OFF, name);
    cancelled.start(handler::runCancelled);
    queue = maker.queue(jobs.traced(handler::exhausted));
    sharedLimits.start();
    queue.start(slots, jobs.traced(handler));
    parkedJobs.start();
  }

  /** What this worker knows of registries. */
  RegistryLimits limits() {
    return registries;
  }

  ScriptedEngine engine() {
    return engine;
  }

  /** Takes no more jobs; the running ones get that long. */
  public void stop(Duration drain) {
    queue.stop(drain);
  }

  @Override
  public void close() {
    parkedJobs.close();
    queue.close();
    cancelled.close();
    parkingLot.close();
    sharedLimits.close();
    results.close();
  }
}

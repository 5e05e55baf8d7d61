package io.imagetools.it;

import io.imagetools.cli.role.Cluster;
import io.imagetools.worker.execution.Attempts;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.execution.MirrorJobHandler;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.execution.Sleeper;
import io.imagetools.worker.parking.ParkedJobsReturn;
import io.imagetools.worker.parking.RetryTopic;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import io.imagetools.worker.results.CancelledRuns;
import io.imagetools.worker.results.ResultPublisher;
import io.imagetools.worker.results.SharedLimits;
import java.time.Clock;
import java.time.Duration;

/** A worker's own parts, but for the engine. Its queue is of the cluster's kind. */
final class ScriptedWorker implements AutoCloseable {
  private static final String NAME = "scripted";

  private final ScriptedEngine engine;
  private final ResultPublisher results;
  private final CancelledRuns cancelled;
  private final RetryTopic parkingLot;
  private final ParkedJobsReturn parkedJobs;
  private final RegistryLimits registries;
  private final SharedLimits sharedLimits;
  private final JobQueue queue;

  /** Takes jobs from now on, so many at once; tries each once. */
  ScriptedWorker(Cluster cluster, int slots, ScriptedEngine.Script script) {
    this(cluster, slots, ExecutionSettings.DEFAULT.withAttempts(1), script);
  }

  /** Takes jobs from now on, so many at once. */
  ScriptedWorker(
      Cluster cluster, int slots, ExecutionSettings limits, ScriptedEngine.Script script) {
    engine = new ScriptedEngine(script);
    results = new ResultPublisher(cluster.settings(), NAME);
    cancelled = new CancelledRuns(cluster.settings(), NAME);
    parkingLot = new RetryTopic(cluster.settings(), NAME);
    registries = new RegistryLimits(Clock.systemUTC(), limits.retry().longestRetryAfter(), NAME);
    sharedLimits = new SharedLimits(cluster.settings(), registries, NAME);
    parkedJobs =
        new ParkedJobsReturn(
            cluster.settings(),
            cancelled,
            registries,
            limits.waiting().longestParked(),
            Clock.systemUTC(),
            NAME);
    Attempts attempts =
        new Attempts(engine, limits, registries, slots, Clock.systemUTC(), Sleeper.SYSTEM);
    MirrorJobHandler handler =
        new MirrorJobHandler(attempts, results, parkingLot, cancelled, Clock.systemUTC(), NAME);
    cancelled.start(handler::runCancelled);
    queue =
        cluster.queue(
            new ShareSettings(
                ShareSettings.DEFAULT_LOCK,
                Duration.ofMillis(300),
                ShareSettings.DEFAULT_DELIVERIES),
            handler::exhausted,
            NAME);
    sharedLimits.start();
    queue.start(slots, handler);
    parkedJobs.start();
  }

  /** What this worker knows of registries. */
  RegistryLimits limits() {
    return registries;
  }

  ScriptedEngine engine() {
    return engine;
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

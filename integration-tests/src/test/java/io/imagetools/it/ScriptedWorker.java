package io.imagetools.it;

import io.imagetools.cli.role.Cluster;
import io.imagetools.worker.execution.Attempts;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.execution.MirrorJobHandler;
import io.imagetools.worker.execution.RegistryGates;
import io.imagetools.worker.execution.Sleeper;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import io.imagetools.worker.results.CancelledRuns;
import io.imagetools.worker.results.ResultPublisher;
import java.time.Clock;
import java.time.Duration;

/** A worker's own parts, but for the engine. Each job is tried once. */
final class ScriptedWorker implements AutoCloseable {
  private static final String NAME = "scripted";

  private final ScriptedEngine engine;
  private final ResultPublisher results;
  private final CancelledRuns cancelled;
  private final JobQueue queue;

  /** Takes jobs from now on, so many at once. */
  ScriptedWorker(Cluster cluster, int slots, ScriptedEngine.Script script) {
    engine = new ScriptedEngine(script);
    results = new ResultPublisher(cluster.settings(), NAME);
    cancelled = new CancelledRuns(cluster.settings(), NAME);
    ExecutionSettings limits = ExecutionSettings.DEFAULT.withAttempts(1);
    Attempts attempts =
        new Attempts(
            engine,
            new RegistryGates(limits.gate(), Clock.systemUTC(), Sleeper.SYSTEM),
            limits.retry(),
            Sleeper.SYSTEM);
    MirrorJobHandler handler =
        new MirrorJobHandler(attempts, results, cancelled, Clock.systemUTC(), NAME);
    cancelled.start(handler::runCancelled);
    queue =
        new ShareJobQueue(
            cluster.settings(),
            cluster.admin(),
            new ShareSettings(
                ShareSettings.DEFAULT_LOCK,
                Duration.ofMillis(300),
                ShareSettings.DEFAULT_DELIVERIES),
            handler::exhausted,
            NAME);
    queue.start(slots, handler);
  }

  ScriptedEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    queue.close();
    cancelled.close();
    results.close();
  }
}

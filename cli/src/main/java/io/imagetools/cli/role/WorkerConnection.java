package io.imagetools.cli.role;

import io.imagetools.cli.metrics.WorkerMetrics;
import io.imagetools.common.job.RunId;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.registry.FleetBlobs;
import io.imagetools.worker.engine.registry.RegistryEngine;
import io.imagetools.worker.execution.Attempts;
import io.imagetools.worker.execution.MirrorJobHandler;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.execution.Results;
import io.imagetools.worker.execution.Sleeper;
import io.imagetools.worker.execution.TracedJobs;
import io.imagetools.worker.parking.FirstParking;
import io.imagetools.worker.parking.ParkedJobsReturn;
import io.imagetools.worker.parking.RetryTopic;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import io.imagetools.worker.results.ResultPublisher;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What ties a worker to a cluster: the queue that it takes jobs from, and the topics by which it
 * tells results and hears of cancelled runs, parked jobs and what other workers know. Used by one
 * thread, but for {@link #running} and {@link #checks}.
 */
final class WorkerConnection implements AutoCloseable {

  /**
   * What copies, and what it knows of registries and blobs.
   *
   * @param limits how registries want to be treated
   * @param blobs which large blobs are where; only the engine {@code registry} looks
   */
  record Copying(MirrorEngine engine, RegistryLimits limits, FleetBlobs blobs) {}

  private final WorkerSetup setup;
  private final @Nullable WorkerMetrics metrics;
  private final TracedJobs traced;
  private final ResultPublisher results;
  private final @Nullable OtherWorkers others;
  private final RetryTopic parkingLot;
  private final ParkedJobsReturn parkedJobs;
  private final Attempts attempts;
  private final MirrorJobHandler handler;
  private final JobQueue queue;

  /**
   * Nothing is taken before {@link #start}.
   *
   * @param slots what the limits go by
   * @param metrics null: nobody wants to know
   */
  WorkerConnection(
      Cluster cluster,
      WorkerSetup setup,
      Copying copying,
      int slots,
      @Nullable WorkerMetrics metrics) {
    this.setup = setup;
    this.metrics = metrics;
    String name = setup.name();
    traced = new TracedJobs(setup.tracing(), name);
    results = new ResultPublisher(cluster.settings(), name);
    others = setup.alone() ? null : others(cluster, copying);
    Predicate<RunId> cancelled = others == null ? run -> false : others.cancelled();
    parkingLot = new RetryTopic(cluster.settings(), name);
    parkedJobs = parkedJobs(cluster, cancelled, copying.limits());
    attempts =
        new Attempts(
            copying.engine(),
            setup.execution(),
            copying.limits(),
            slots,
            Clock.systemUTC(),
            Sleeper.SYSTEM);
    handler =
        new MirrorJobHandler(
            attempts,
            traced.traced(measured(results)),
            setup.alone() ? new FirstParking(parkingLot, parkedJobs) : parkingLot,
            cancelled,
            Clock.systemUTC(),
            name);
    queue = queue(cluster);
  }

  private OtherWorkers others(Cluster cluster, Copying copying) {
    FleetBlobs blobs = copying.engine() instanceof RegistryEngine ? copying.blobs() : null;
    return new OtherWorkers(cluster.settings(), copying.limits(), blobs, setup.name());
  }

  private ParkedJobsReturn parkedJobs(
      Cluster cluster, Predicate<RunId> cancelled, RegistryLimits limits) {
    return new ParkedJobsReturn(
        cluster.settings(),
        cancelled,
        limits,
        setup.execution().waiting().longestParked(),
        Clock.systemUTC(),
        setup.name());
  }

  private JobQueue queue(Cluster cluster) {
    ShareSettings share =
        new ShareSettings(
            setup.options().lock(), ShareSettings.DEFAULT_IDLE, ShareSettings.DEFAULT_DELIVERIES);
    JobHandler exhausted = handler::exhausted;
    return cluster.queue(share, traced.traced(measured(exhausted)), setup.name());
  }

  private Results measured(Results plain) {
    return metrics == null ? plain : metrics.measured(plain);
  }

  private JobHandler measured(JobHandler plain) {
    return metrics == null ? plain : metrics.measured(plain);
  }

  /**
   * Takes jobs from now on, that many at once.
   *
   * @throws EnvironmentException if the cluster can't serve; close it all the same
   */
  void start(int slots) {
    if (metrics != null) {
      metrics.circuits(attempts::circuits);
    }
    if (others != null) {
      others.hear(handler::runCancelled);
    }
    queue.start(slots, traced.traced(measured(handler)));
    if (others != null) {
      parkedJobs.start();
    }
  }

  /** Jobs that run now. */
  int running() {
    return queue.running();
  }

  /** Whether jobs would come and results be taken. */
  List<Check> checks() {
    return List.of(queue.check(), results.check());
  }

  /** Takes no more jobs; the running ones get that long; the rest go back to the queue. */
  void stop(Duration drain) {
    parkedJobs.close(); // others do it
    queue.stop(drain);
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
    if (others != null) {
      others.close();
    }
    parkingLot.close();
    results.close();
  }
}

package io.imagetools.cli.role;

import io.imagetools.cli.metrics.CollectorMetrics;
import io.imagetools.cli.metrics.Measurements;
import io.imagetools.cli.metrics.MetricsServer;
import io.imagetools.cli.metrics.WorkerMetrics;
import io.imagetools.common.process.EnvironmentException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Metrics and health of a process that stays up, if somebody wants them. Used by one thread. */
public final class Observation implements AutoCloseable {
  private final @Nullable Wanted wanted;
  private @Nullable CollectorMetrics collector;

  private record Wanted(MetricsServer server, Measurements measurements) {}

  private Observation(@Nullable Wanted wanted) {
    this.wanted = wanted;
  }

  /**
   * Takes the port, so that a wrong one is said before any work begins.
   *
   * @param port empty: nobody wants to know
   * @throws EnvironmentException if it can't be had
   */
  public static Observation on(OptionalInt port) {
    return new Observation(
        port.isEmpty()
            ? null
            : new Wanted(MetricsServer.bind(port.getAsInt()), new Measurements()));
  }

  /**
   * Starts a worker, and tells of it.
   *
   * @throws EnvironmentException if the cluster can't serve
   */
  public void start(WorkerRole worker, Cluster cluster, int slots) {
    if (wanted == null) {
      worker.start(cluster, slots);
      return;
    }
    worker.start(cluster, slots, new WorkerMetrics(wanted.measurements()));
    wanted.server().begin(wanted.measurements(), worker::check);
  }

  /** Tells of a collector that follows the runs of that cluster; null: nobody wants to know. */
  public @Nullable CollectorMetrics start(Cluster cluster) {
    if (wanted == null) {
      return null;
    }
    collector = new CollectorMetrics(wanted.measurements(), cluster.lag()::jobsOrRecords);
    wanted.server().begin(wanted.measurements(), cluster::checkTopics);
    return collector;
  }

  /** Not ready from now on. */
  public void ending() {
    if (wanted != null) {
      wanted.server().ending();
    }
  }

  @Override
  public void close() {
    if (wanted != null) {
      wanted.server().close();
      if (collector != null) {
        collector.close();
      }
      wanted.measurements().close();
    }
  }
}

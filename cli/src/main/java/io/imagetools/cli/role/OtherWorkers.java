package io.imagetools.cli.role;

import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.worker.engine.registry.FleetBlobs;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.results.CancelledRuns;
import io.imagetools.worker.results.SharedBlobs;
import io.imagetools.worker.results.SharedLimits;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a worker is told by others, and tells them. Used by one thread. */
final class OtherWorkers implements AutoCloseable {
  private final CancelledRuns cancelled;
  private final SharedLimits limits;
  private final @Nullable SharedBlobs blobs;

  /**
   * Of that cluster; heard from {@link #hear} on.
   *
   * @param blobs null: whoever copies here knows nothing of blobs
   * @param worker the worker's name
   */
  OtherWorkers(
      KafkaSettings settings, RegistryLimits limits, @Nullable FleetBlobs blobs, String worker) {
    this.cancelled = new CancelledRuns(settings, worker);
    this.limits = new SharedLimits(settings, limits, worker);
    this.blobs = blobs == null ? null : new SharedBlobs(settings, blobs, worker);
  }

  /** Whether a run was cancelled. */
  Predicate<RunId> cancelled() {
    return cancelled;
  }

  /** Hears from now on. Returns at once. */
  void hear(Consumer<RunId> whenCancelled) {
    cancelled.start(whenCancelled);
    limits.start();
    if (blobs != null) {
      blobs.start();
    }
  }

  @Override
  public void close() {
    cancelled.close();
    limits.close();
    if (blobs != null) {
      blobs.close();
    }
  }
}

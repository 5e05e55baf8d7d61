package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import java.util.OptionalLong;

/** How many jobs of all runs are alive: on the queue, or parked beside it. Thread-safe. */
public final class UnfinishedJobs {
  private final QueueLag queue;
  private final ParkedJobs parked;

  /** Of that cluster. */
  public UnfinishedJobs(QueueLag queue, ParkedJobs parked) {
    this.queue = queue;
    this.parked = parked;
  }

  /**
   * How many; 0 only if there is none anywhere. Empty if the cluster does not say (now, or ever),
   * as when no worker ever took a job.
   */
  public OptionalLong jobs() throws InterruptedException {
    OptionalLong queued = queue.jobs();
    if (queued.isEmpty() || queued.getAsLong() > 0) {
      return queued;
    }
    try {
      int waiting = parked.all().size();
      // A job may have gone back to the queue between the two questions.
      return waiting > 0 ? OptionalLong.of(waiting) : queue.jobs();
    } catch (EnvironmentException e) {
      return OptionalLong.empty();
    }
  }
}

package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import java.util.OptionalLong;

/** How many jobs of all runs are alive: on the queue, or parked beside it. Thread-safe. */
public final class UnfinishedJobs {
  /** Where jobs go to and fro all the time, the answer comes with the next question. */
  private static final int LOOKS = 3;

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
      for (int look = 0; look < LOOKS; look++) {
        ParkedJobs.Snapshot waiting = parked.snapshot();
        if (!waiting.jobs().isEmpty()) {
          return OptionalLong.of(waiting.jobs().size());
        }
        OptionalLong again = queue.jobs();
        // A job may have gone to the queue and back: then 0 was said of it in both places.
        if (again.isEmpty() || again.getAsLong() > 0 || parked.isStill(waiting)) {
          return again;
        }
      }
      return OptionalLong.empty();
    } catch (EnvironmentException e) {
      return OptionalLong.empty();
    }
  }
}

package io.imagetools.worker.execution;

import io.imagetools.common.job.JobEvent;
import java.util.List;

/** The port through which a worker says what becomes of jobs. Implementations are thread-safe. */
public interface Results {

  /** A job begins. Does not wait and never throws for a broker that is away: it is for display. */
  void started(JobEvent.Started event);

  /**
   * A job has ended. Returns when the broker has acknowledged the event, however long it is away.
   * Who is interrupted while a broker answers still gets the answer, and keeps the interrupt
   * status.
   *
   * @throws InterruptedException if the thread was interrupted and no answer came soon; the event
   *     may or may not be there
   */
  void finished(JobEvent.Finished event) throws InterruptedException;

  /**
   * The same of many, which are under way together.
   *
   * @throws InterruptedException if the thread was interrupted; some may be there
   */
  default void finished(List<JobEvent.Finished> events) throws InterruptedException {
    for (JobEvent.Finished event : events) {
      finished(event);
    }
  }
}

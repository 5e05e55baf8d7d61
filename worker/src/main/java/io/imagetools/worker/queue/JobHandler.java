package io.imagetools.worker.queue;

import io.imagetools.common.job.RunId;
import java.util.List;

/** What the queue calls for each job it hands out. Implementations are total and thread-safe. */
@FunctionalInterface
public interface JobHandler {

  /** What the queue shall do with the job next. */
  enum Verdict {
    /**
     * Its result is acknowledged by the broker: the job is done with, whatever its outcome. Or the
     * record that parks it is: it comes back by itself.
     */
    ACKNOWLEDGE,
    /** Nothing was said of it: hand it out again, here or elsewhere. */
    RELEASE
  }

  /**
   * Performs the job and publishes its result. The calling thread is interrupted when the lease of
   * the job is lost or the worker stops; then the handler ends what it began (children included)
   * within seconds, publishes nothing, and answers {@link Verdict#RELEASE}; if the job's run is
   * cancelled it publishes that instead. It never throws.
   */
  Verdict handle(Delivery delivery);

  /**
   * Whether the jobs of a run are only to be answered, not done: it was cancelled. A queue that
   * finds many of them in a row hands them to {@link #answerUnwanted} instead. Quick.
   */
  default boolean isUnwanted(RunId run) {
    return false;
  }

  /**
   * Publishes of each of these jobs, whose runs are unwanted, that it is not done. One verdict for
   * all: {@link Verdict#ACKNOWLEDGE} when the broker has acknowledged the result of each. Otherwise
   * as {@link #handle}.
   */
  default Verdict answerUnwanted(List<Delivery> deliveries) {
    return Verdict.RELEASE;
  }
}

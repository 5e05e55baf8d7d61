package io.imagetools.worker.queue;

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
}

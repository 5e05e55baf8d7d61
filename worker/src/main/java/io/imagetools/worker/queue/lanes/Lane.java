package io.imagetools.worker.queue.lanes;

import io.imagetools.worker.queue.JobQueue;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A queue that is served only while something is on it.
 *
 * @param name of it, for the log
 * @param queues a new queue each time
 * @param work how much is on it
 * @param part it takes this part of the slots at most, one at least: 4 is a quarter
 */
public record Lane(String name, Supplier<JobQueue> queues, Work work, int part) {

  /** How many jobs wait there or are under way. */
  @FunctionalInterface
  public interface Work {
    /** How many are not done; empty if the cluster does not say. */
    OptionalLong jobs() throws InterruptedException;
  }

  int slots(int all) {
    return Math.max(1, all / part);
  }
}

package io.imagetools.common.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One submission of one list, as it is written down before its first job is published.
 *
 * @param id its name
 * @param createdAt when it was opened
 * @param jobs how many jobs it has
 * @param rejectedLines how many lines of the list no job could be made of
 * @param statusPartition the one partition of the status topic that holds all its events
 * @param statusOffset where in it the events begin, at the earliest
 * @param parent the run whose failures this one repeats; null if it is a list's first
 * @param state what its submitter or its collector last said of it
 */
public record Run(
    RunId id,
    Instant createdAt,
    int jobs,
    int rejectedLines,
    int statusPartition,
    long statusOffset,
    @Nullable RunId parent,
    State state) {

  /** A run's own state; how far its jobs are is the ledger's. */
  public enum State {
    OPEN,
    CANCELLED,
    DONE
  }

  /**
   * Validates the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public Run {
    if (jobs < 0 || rejectedLines < 0 || statusPartition < 0 || statusOffset < 0) {
      throw new IllegalArgumentException("the numbers of run " + id + " are not negative");
    }
  }

  /** The same run in another state. */
  public Run in(State other) {
    return new Run(
        id, createdAt, jobs, rejectedLines, statusPartition, statusOffset, parent, other);
  }
}

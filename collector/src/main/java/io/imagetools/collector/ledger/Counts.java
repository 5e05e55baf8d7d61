package io.imagetools.collector.ledger;

import io.imagetools.common.job.ByteCounts;

/**
 * How far a run is. {@code total = mirrored + unchanged + failed + cancelled + running + waiting}.
 *
 * @param total jobs of the run
 * @param mirrored jobs that copied something
 * @param unchanged jobs that found everything there
 * @param failed jobs that failed, those without a result among them
 * @param cancelled jobs that were stopped
 * @param running jobs that a worker has taken
 * @param waiting jobs of which nothing is known, or only that they were planned
 * @param rejected lines of the list that no job could be made of
 * @param bytes of all results that count
 */
public record Counts(
    int total,
    int mirrored,
    int unchanged,
    int failed,
    int cancelled,
    int running,
    int waiting,
    int rejected,
    ByteCounts bytes) {

  /** Jobs that have ended. */
  public int ended() {
    return mirrored + unchanged + failed + cancelled;
  }

  /** Whether there is nothing to put right: all jobs succeeded and no line was rejected. */
  public boolean isAllMirrored() {
    return mirrored + unchanged == total && rejected == 0;
  }
}

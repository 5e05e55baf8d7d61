package io.imagetools.collector;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Decides when jobs that have no result are lost: the queue says that nothing waits and nothing
 * runs, nothing is parked beside it, and no event has come for a grace time. So nothing waits for
 * ever. Used by one thread.
 */
public final class SilentJobs {

  /** How many jobs are alive, on the queue or beside it; empty: nobody can say now. */
  @FunctionalInterface
  public interface Unfinished {
    /** Asks the cluster. */
    OptionalLong jobs() throws InterruptedException;
  }

  /** Twice the lock of a job and some: whoever had it has said so, or somebody else has it. */
  public static final Duration DEFAULT_GRACE = Duration.ofMinutes(2);

  /** The queue is asked no more often than this. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Unfinished unfinished;
  private final Duration grace;
  private Instant heardAt;
  private Instant askedAt = Instant.MIN;
  private boolean heldUp;

  /** Counts from now on. */
  public SilentJobs(Unfinished unfinished, Duration grace, Instant now) {
    this.unfinished = unfinished;
    this.grace = grace;
    this.heardAt = now;
  }

  /** How long nothing must have been heard. */
  public Duration grace() {
    return grace;
  }

  /** An event has come. */
  void heard(Instant now) {
    heardAt = now;
    heldUp = false;
  }

  /**
   * Whether the cluster was asked in this silence, and did not say that nothing is alive: jobs are,
   * maybe all of other runs, or it does not know.
   */
  public boolean isHeldUp() {
    return heldUp;
  }

  /**
   * Whether no result is to be expected any more but those that are on the status topic by now: the
   * last jobs may have ended while the queue was asked.
   */
  boolean areLost(Instant now) throws InterruptedException {
    if (now.isBefore(heardAt) || now.isBefore(askedAt)) {
      heardAt = now; // the clock was set back
      askedAt = Instant.MIN;
    }
    if (now.isBefore(heardAt.plus(grace)) || now.isBefore(askedAt.plus(INTERVAL))) {
      return false;
    }
    askedAt = now;
    OptionalLong waiting = unfinished.jobs();
    heldUp = waiting.isEmpty() || waiting.getAsLong() > 0;
    return !heldUp;
  }
}

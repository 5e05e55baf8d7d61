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

  /** A run that another collector has ended has all its events on the topic: so soon they come. */
  private static final Duration FIRST_EVENTS = Duration.ofSeconds(3);

  /** The queue is asked no more often than this. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Unfinished unfinished;
  private final Duration grace;
  private final String reason;
  private Instant heardAt;
  private Instant askedAt = Instant.MIN;
  private boolean heldUp;

  /** Counts from now on. */
  public SilentJobs(Unfinished unfinished, Duration grace, Instant now) {
    this(
        unfinished,
        grace,
        "the queue is empty, and nothing was heard for " + grace.toSeconds() + " s",
        now);
  }

  private SilentJobs(Unfinished unfinished, Duration grace, String reason, Instant now) {
    this.unfinished = unfinished;
    this.grace = grace;
    this.reason = reason;
    this.heardAt = now;
  }

  /**
   * Of a run that is marked as done: whoever did that has given up what is missing. The queue says
   * nothing of it; other runs may keep that busy for ever.
   */
  public static SilentJobs ofDone(Instant now) {
    return new SilentJobs(
        () -> OptionalLong.of(0),
        FIRST_EVENTS,
        "the run is marked as done: another collector has given up what was missing",
        now);
  }

  /** Why no result is to be expected any more; part of a sentence. */
  String reason() {
    return reason;
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

package io.imagetools.worker.execution;

import java.time.Duration;

/**
 * How often a job is tried, and how hard one registry is worked.
 *
 * @param retry attempts and the waits between them
 * @param gate what stands before each registry
 * @param waiting where a job waits
 */
public record ExecutionSettings(Retrying retry, Gating gate, Waiting waiting) {

  /** What holds when nobody says otherwise; the reasons stand at the constants. */
  public static final ExecutionSettings DEFAULT =
      new ExecutionSettings(Retrying.DEFAULT, Gating.DEFAULT, Waiting.DEFAULT);

  /** The same with that many attempts. */
  public ExecutionSettings withAttempts(int attempts) {
    return new ExecutionSettings(retry.withAttempts(attempts), gate, waiting);
  }

  /**
   * Attempts of one job by one worker. The wait before attempt {@code n + 1} is {@code initial ×
   * multiplier^(n-1)}, at most {@code longest}, spread by the jitter.
   *
   * @param attempts at most, the first included; 1 to 100
   * @param initial the wait after the first
   * @param multiplier at least 1
   * @param jitter 0 to below 1: a wait is drawn from ±jitter around its length
   * @param longest wait between two, unless a registry asks for more
   * @param longestRetryAfter what a registry's Retry-After is honoured up to
   */
  public record Retrying(
      int attempts,
      Duration initial,
      double multiplier,
      double jitter,
      Duration longest,
      Duration longestRetryAfter) {

    /**
     * Five attempts after 1, 2, 4 and 8 s outlast a deployment of a registry behind a load balancer
     * (about 15 s) and cost a job that can't succeed no more than that. Half of jitter: the slots
     * of all workers fail in the same second and shall not come back in the same one. 60 s: beyond
     * it, a slot is worth more to another image. Six hours of Retry-After: Docker Hub's window. Who
     * waits so long holds no slot ({@link Waiting}).
     */
    public static final Retrying DEFAULT =
        new Retrying(5, Duration.ofSeconds(1), 2, 0.5, Duration.ofSeconds(60), Duration.ofHours(6));

    /** More than that is no patience but a list that nobody will mend. */
    public static final int MOST_ATTEMPTS = 100;

    /** Ten times as long from attempt to attempt: the second wait is already the longest. */
    public static final int MOST_MULTIPLIER = 10;

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a number is outside of its range
     */
    public Retrying {
      Bounds.require(attempts >= 1 && attempts <= MOST_ATTEMPTS, "attempts are 1 to 100");
      Bounds.require(Bounds.positive(initial), "the first wait is longer than nothing");
      Bounds.require(multiplier >= 1 && multiplier <= MOST_MULTIPLIER, "the multiplier is 1 to 10");
      Bounds.require(jitter >= 0 && jitter < 1, "the jitter is 0 or more and below 1");
      Bounds.require(longest.compareTo(initial) >= 0, "the longest wait is not below the first");
      Bounds.require(!longestRetryAfter.isNegative(), "the longest Retry-After is not negative");
    }

    /** The same with that many attempts. */
    public Retrying withAttempts(int count) {
      return new Retrying(count, initial, multiplier, jitter, longest, longestRetryAfter);
    }
  }

  /**
   * Where a job waits that may not go on yet: in its slot, or parked beside the queue, where it
   * costs nobody anything.
   *
   * @param inPlace up to so long in the slot, if less than half of the slots wait already
   * @param longestParked how long a job may be parked altogether, from its first parking on; after
   *     that it fails instead of being parked again. Zero: nothing is ever parked
   */
  public record Waiting(Duration inPlace, Duration longestParked) {

    /**
     * 30 s: twice what a job needs to go through the queue again and be found by another worker is
     * far less, but a registry that restarts is back by then. 12 h: two of the longest windows that
     * a public registry limits by, so that a job that found the first one used up gets its turn.
     */
    public static final Waiting DEFAULT = new Waiting(Duration.ofSeconds(30), Duration.ofHours(12));

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Waiting {
      Bounds.require(!inPlace.isNegative(), "the wait in a slot is not negative");
      Bounds.require(!longestParked.isNegative(), "the time parked is not negative");
    }
  }

  /**
   * What stands before each registry, in each worker.
   *
   * @param atOnce images that are read from or written to it at once; at least 1
   * @param begunPerSecond images that are begun with it in a second; at least 1
   * @param circuit when it is left alone
   */
  public record Gating(int atOnce, int begunPerSecond, Circuit circuit) {

    /**
     * 20 at once is what {@code --jobs} allows at most, so that by default the gate does not hold
     * back a worker that was told to go fast. 400 a second only bites where most images are there
     * already: each of those costs one request on either side, and 400 requests a second is what a
     * middling registry still answers.
     */
    public static final Gating DEFAULT = new Gating(20, 400, Circuit.DEFAULT);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a number is below 1
     */
    public Gating {
      Bounds.require(atOnce >= 1, "at least one image at once");
      Bounds.require(begunPerSecond >= 1, "at least one image is begun a second");
    }
  }

  /**
   * When a registry counts as ill, and for how long it is left alone then. Only failures that say
   * so count: no proper answer, no connection, no answer in time. A 404 is an answer.
   *
   * @param window how many of the last images decide; at least 2
   * @param minimum how many of them must have been seen before anything is decided; 1 to the window
   * @param failurePercent from which share of them on it is ill; 1 to 100
   * @param open how long it is left alone
   * @param trials how many images try it then; at least 1
   * @param patience how long an attempt waits for an ill registry before it fails
   */
  public record Circuit(
      int window, int minimum, float failurePercent, Duration open, int trials, Duration patience) {

    /**
     * 20 is one image a slot of a full worker; ten seen: the first bad luck of a run decides
     * nothing, and a registry that is down costs ten images one attempt before it is known. 80 %:
     * an image can hit a bad node, but a registry that serves a fifth is better used than left
     * alone. 15 s: a restart takes about that. Two trials: one alone can have bad luck with its
     * image. 20 s of patience: longer than one opening, so who waits is there for the trials; with
     * five attempts a job bears up two minutes, and a list with thousands of images of a dead
     * registry still comes to its end.
     */
    public static final Circuit DEFAULT =
        new Circuit(20, 10, 80, Duration.ofSeconds(15), 2, Duration.ofSeconds(20));

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a number is outside of its range
     */
    public Circuit {
      Bounds.require(window >= 2, "the window is at least 2 images");
      Bounds.require(minimum >= 1 && minimum <= window, "the minimum is 1 to the window");
      Bounds.require(failurePercent >= 1 && failurePercent <= 100, "a share is 1 to 100 percent");
      Bounds.require(Bounds.positive(open), "a circuit opens for longer than nothing");
      Bounds.require(trials >= 1, "at least one image tries it");
      Bounds.require(!patience.isNegative(), "patience is not negative");
    }
  }
}

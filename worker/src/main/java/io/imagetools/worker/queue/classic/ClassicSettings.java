package io.imagetools.worker.queue.classic;

import java.time.Duration;

/**
 * How soon the group misses a worker, and how often a job is handed out.
 *
 * @param session how long the group waits for a word from a worker before its jobs are handed out
 *     elsewhere; a broker allows 6 s at least by default ({@code group.min.session.timeout.ms})
 * @param heartbeat how often a worker says that it is there, and hears that others came or went
 * @param deliveries how often a job is begun before it counts as one that kills its workers
 * @param farewell how long a worker that stops waits for the broker's answer to its goodbye
 */
public record ClassicSettings(
    Duration session, Duration heartbeat, int deliveries, Duration farewell) {

  /** Long enough for a pause of a busy machine, short enough to wait for. */
  public static final Duration DEFAULT_SESSION = Duration.ofSeconds(10);

  /** Two may be lost. */
  public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(3);

  /** The same as in share groups. */
  public static final int DEFAULT_DELIVERIES = 8;

  /** The group hands its jobs out at once then. */
  private static final Duration DEFAULT_FAREWELL = Duration.ofSeconds(5);

  /** The defaults. */
  public static final ClassicSettings DEFAULT =
      new ClassicSettings(DEFAULT_SESSION, DEFAULT_HEARTBEAT, DEFAULT_DELIVERIES);

  /** Kafka's own, for a worker that nobody waits to take over from. */
  private static final Duration LONG_SESSION = Duration.ofSeconds(45);

  /**
   * For the only worker of a cluster: a process that stands still does not lose its jobs so soon,
   * and one that stops says goodbye and waits for no answer: nobody takes over. The end of the
   * fetch that is under way would cost up to half a second.
   */
  public static final ClassicSettings ONLY_WORKER =
      new ClassicSettings(LONG_SESSION, DEFAULT_HEARTBEAT, DEFAULT_DELIVERIES, Duration.ZERO);

  /** With the usual time for a goodbye. */
  public ClassicSettings(Duration session, Duration heartbeat, int deliveries) {
    this(session, heartbeat, deliveries, DEFAULT_FAREWELL);
  }

  /**
   * Validates the bounds.
   *
   * @throws IllegalArgumentException if a session holds no two heartbeats, or nothing is handed out
   */
  public ClassicSettings {
    if (heartbeat.multipliedBy(2).compareTo(session) > 0) {
      throw new IllegalArgumentException("a session is two heartbeats at least");
    }
    if (heartbeat.toMillis() < 1 || deliveries < 1) {
      throw new IllegalArgumentException("heartbeat and deliveries are above 0");
    }
    if (farewell.isNegative()) {
      throw new IllegalArgumentException("a farewell takes no time at least");
    }
  }
}

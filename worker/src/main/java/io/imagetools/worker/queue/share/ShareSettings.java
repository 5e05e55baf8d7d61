package io.imagetools.worker.queue.share;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a job is held and how often it is handed out.
 *
 * @param lock how long the broker waits for a renewal before it hands the job to another worker;
 *     matters for a worker that hangs or is cut off, since a connection that closes frees its jobs
 *     at once
 * @param idle how long the broker holds the question of an idle slot before it says that there is
 *     nothing; a slot that ends waits as long for that answer
 * @param deliveries how often a job is handed out before it counts as one that kills its workers
 */
public record ShareSettings(Duration lock, Duration idle, int deliveries) {

  /** The broker's own default for the longest lock. */
  public static final Duration DEFAULT_LOCK = Duration.ofSeconds(60);

  /**
   * Two slots of an idle worker ask at a time, twice a second together. A worker that was killed
   * asks for as long after its death, and each answer that it is sent counts as a delivery.
   */
  public static final Duration DEFAULT_IDLE = Duration.ofSeconds(1);

  /** Below the broker's bound of 10, after which it would drop the job without a word. */
  public static final int DEFAULT_DELIVERIES = 8;

  /** So many fit into a lock. */
  static final int RENEWALS = 3;

  /** What the broker is told: more than we ever use, so that the last word is ours. */
  static final int BROKER_DELIVERIES = 10;

  /** The defaults. */
  public static final ShareSettings DEFAULT =
      new ShareSettings(DEFAULT_LOCK, DEFAULT_IDLE, DEFAULT_DELIVERIES);

  /**
   * Validates the bounds.
   *
   * @throws IllegalArgumentException if a lock is below a second, or the broker would give up first
   */
  public ShareSettings {
    if (lock.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a lock lasts a second at least");
    }
    if (deliveries < 1 || deliveries >= BROKER_DELIVERIES) {
      throw new IllegalArgumentException("deliveries are 1.." + (BROKER_DELIVERIES - 1));
    }
  }

  /**
   * How often a lease is renewed: two renewals may be late before the third is too late.
   *
   * @param granted the lock that the broker gave, if it said so; shorter than what was asked for
   *     where the cluster allows no such lock, or lets nobody set it
   */
  Duration renewal(Optional<Duration> granted) {
    Duration shorter = granted.filter(given -> given.compareTo(lock) < 0).orElse(lock);
    return shorter.dividedBy(RENEWALS);
  }
}

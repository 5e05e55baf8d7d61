package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.QueueMode;
import java.time.Duration;

/**
 * How large the runs of the suite are.
 *
 * @param jobs of a run
 * @param shortest job
 * @param longest job, well beyond the lock
 * @param lock after which a share group hands out a job that is not renewed
 * @param session after which an ordinary group misses a worker
 * @param workers at the beginning
 * @param slots of a worker
 * @param drain how long running jobs may go on after SIGTERM
 * @param outage how long a broker is away
 * @param atOnce how many runs go on at the same time
 * @param limit after which a run counts as one that waits for ever
 */
record Scale(
    int jobs,
    Duration shortest,
    Duration longest,
    Duration lock,
    Duration session,
    int workers,
    int slots,
    Duration drain,
    Duration outage,
    int atOnce,
    Duration limit) {

  /** Short enough for CI. */
  private static final Scale CI =
      new Scale(
          40,
          Duration.ofMillis(10),
          Duration.ofSeconds(9),
          Duration.ofSeconds(4),
          Duration.ofSeconds(6),
          2,
          5,
          Duration.ofSeconds(2),
          Duration.ofSeconds(7),
          4,
          Duration.ofMinutes(5));

  /** As large as the prototypes' runs: 3 x 20 slots, jobs of up to 90 s, the broker's own lock. */
  private static final Scale LONG =
      new Scale(
          360,
          Duration.ofMillis(100),
          Duration.ofSeconds(90),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          3,
          20,
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          4,
          Duration.ofMinutes(15));

  /** What -Pguarantees-long chooses, or the short one. */
  static Scale chosen() {
    return isLong() ? LONG : CI;
  }

  /** After so long without a word a worker has lost its jobs. */
  Duration hold(QueueMode queue) {
    return queue == QueueMode.CLASSIC ? session : lock;
  }

  static boolean isLong() {
    return "long".equals(System.getProperty("guarantees"));
  }
}

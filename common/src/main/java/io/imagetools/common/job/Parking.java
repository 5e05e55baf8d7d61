package io.imagetools.common.job;

import java.time.Instant;

/**
 * What a job that was parked has behind it: it waits beside the queue until its time has come, and
 * then goes back to the queue with this.
 *
 * @param attempts that were begun so far, by whatever worker; not negative
 * @param count how often it was parked, this time included; at least 1
 * @param since when it was parked for the first time
 * @param notBefore until when it waits
 */
public record Parking(int attempts, int count, Instant since, Instant notBefore) {

  /**
   * Validates.
   *
   * @throws IllegalArgumentException if a number is below its least
   */
  public Parking {
    if (attempts < 0) {
      throw new IllegalArgumentException("attempts are not negative");
    }
    if (count < 1) {
      throw new IllegalArgumentException("a job that is parked is so at least once");
    }
  }

  /**
   * When it was parked for the first time, as can be at that moment: a clock that was ahead may
   * have said a time that is still to come, and its job would never have waited long enough.
   */
  public Instant sinceAt(Instant now) {
    return since.isAfter(now) ? now : since;
  }
}

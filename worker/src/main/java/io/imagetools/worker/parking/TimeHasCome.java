package io.imagetools.worker.parking;

import io.imagetools.common.job.Parking;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.worker.execution.RegistryLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** Whether a parked job may go back to the queue. */
final class TimeHasCome implements Predicate<ParkedRecord> {

  /**
   * What lies so much further ahead than anybody here is parked was said by a clock that was wrong,
   * or made up. A day: a clock that is wrong by its time zone is waited for, and so is a worker
   * that was told of longer waits than this one; its jobs would go round in circles.
   */
  static final Duration TOLERANCE = Duration.ofDays(1);

  private final RegistryLimits limits;
  private final Duration longestParked;
  private final Clock clock;

  /**
   * By that clock.
   *
   * @param limits of the registries: while one wants to be left alone, its jobs stay parked
   * @param longestParked after that a job goes back in any case, to fail
   */
  TimeHasCome(RegistryLimits limits, Duration longestParked, Clock clock) {
    this.limits = limits;
    this.longestParked = longestParked;
    this.clock = clock;
  }

  @Override
  public boolean test(ParkedRecord parked) {
    Parking parking = parked.parking();
    Instant now = clock.instant();
    if (isTooFarAhead(parking.notBefore(), now) || isTooFarAhead(parking.since(), now)) {
      return true; // parked again, it is so by a clock that is right
    }
    if (parking.notBefore().isAfter(now)) {
      return false;
    }
    return isOpen(parked) || Duration.between(parking.since(), now).compareTo(longestParked) >= 0;
  }

  private boolean isTooFarAhead(Instant time, Instant now) {
    return Duration.between(now, time).minus(TOLERANCE).compareTo(longestParked) > 0;
  }

  private boolean isOpen(ParkedRecord parked) {
    return limits.closedUntil(parked.job().source().registry()).isEmpty()
        && limits.closedUntil(parked.job().destination().registry()).isEmpty();
  }
}

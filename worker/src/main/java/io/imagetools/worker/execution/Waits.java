package io.imagetools.worker.execution;

import io.imagetools.common.job.Parking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides where a job waits. Thread-safe; one for all slots of a worker. */
final class Waits {

  /** What becomes of somebody who has to wait. */
  enum Place {
    /** It has waited. */
    WAITED,
    /** It shall be parked. */
    PARK,
    /** It was parked long enough. */
    GIVE_UP
  }

  private final ExecutionSettings.Waiting settings;
  private final WaitingRoom room;
  private final Clock clock;
  private final Sleeper sleeper;

  Waits(ExecutionSettings.Waiting settings, WaitingRoom room, Clock clock, Sleeper sleeper) {
    this.settings = settings;
    this.room = room;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  Duration longestInPlace() {
    return settings.inPlace();
  }

  /** For somebody who may not wait in place any more. */
  Place park(Duration pause, @Nullable Parking parking) {
    return mayPark(pause, parking) ? Place.PARK : Place.GIVE_UP;
  }

  /**
   * Waits, if that is done in place.
   *
   * @param parking what the job has behind it; null: it was never parked
   * @param before done before it waits in place
   */
  Place wait(Duration wait, @Nullable Parking parking, Runnable before)
      throws InterruptedException {
    boolean brief = wait.compareTo(settings.inPlace()) <= 0;
    if (brief && room.take()) {
      try {
        before.run();
        sleeper.sleep(wait);
        return Place.WAITED;
      } finally {
        room.giveBack();
      }
    }
    if (mayPark(wait, parking)) {
      return Place.PARK;
    }
    if (brief) {
      before.run();
      sleeper.sleep(wait); // no seat and no parking: the slot is all there is
      return Place.WAITED;
    }
    return Place.GIVE_UP;
  }

  private boolean mayPark(Duration wait, @Nullable Parking parking) {
    Instant now = clock.instant();
    Duration already =
        parking == null ? Duration.ZERO : Duration.between(parking.sinceAt(now), now);
    return already.plus(wait).compareTo(settings.longestParked()) <= 0;
  }
}

package io.imagetools.it;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;

/** A clock that does something whenever it is looked at, and says what it is told. */
public final class SteppingClock extends Clock {
  private final Callable<Instant> next;

  /** Asked each time. */
  public SteppingClock(Callable<Instant> next) {
    this.next = next;
  }

  @Override
  public Instant instant() {
    try {
      return next.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}

package io.imagetools.worker.registry;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for work as long as it gets on. */
final class Watch {

  private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Watch() {}

  /**
   * Waits.
   *
   * @throws TimeoutException if it stands still, or takes too long; the message says which
   */
  static void over(Future<?> end, Watched work)
      throws InterruptedException, ExecutionException, TimeoutException {
    long stall = work.stall().toNanos();
    long look = Math.max(1, Math.min(LONGEST_LOOK_NANOS, stall / 4));
    long begun = System.nanoTime();
    long since = begun;
    long seen = work.progress();
    while (true) {
      try {
        end.get(look, TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        long now = System.nanoTime();
        long moved = work.progress();
        work.look(now);
        if (moved != seen) {
          seen = moved;
          since = now;
        }
        if (now - since >= stall) {
          throw why("no byte moved for " + work.stall().toSeconds() + " s", e);
        }
        if (now - begun >= work.limit().toNanos()) {
          throw why("it was not done after " + work.limit().toSeconds() + " s", e);
        }
      }
    }
  }

  private static TimeoutException why(String what, TimeoutException cause) {
    TimeoutException e = new TimeoutException(what);
    e.initCause(cause);
    return e;
  }
}

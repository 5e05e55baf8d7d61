package io.imagetools.worker.execution;

import java.time.Duration;

/** The port to waiting, so that tests of retry need none. */
@FunctionalInterface
public interface Sleeper {

  /** The thread really sleeps. */
  Sleeper SYSTEM =
      duration -> {
        // Nanoseconds are rounded up: a wait that ends early finds what it waited for not yet
        // there.
        Thread.sleep(duration.plusNanos(999_999).toMillis());
      };

  /**
   * Waits that long.
   *
   * @throws InterruptedException if the thread was interrupted, before or meanwhile
   */
  void sleep(Duration duration) throws InterruptedException;
}

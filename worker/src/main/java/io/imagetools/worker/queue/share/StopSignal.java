package io.imagetools.worker.queue.share;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** First "take no more", later "give back what you have". Thread-safe. */
final class StopSignal {
  private final CountDownLatch requested = new CountDownLatch(1);
  private volatile boolean drained;

  void request() {
    requested.countDown();
  }

  void drain() {
    drained = true;
  }

  boolean requested() {
    return requested.getCount() == 0;
  }

  boolean drained() {
    return drained;
  }

  /** Waits; whether it was requested meanwhile. */
  boolean await(Duration limit) {
    try {
      return requested.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}

package io.imagetools.worker.queue.topic;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** First "take no more", later "give back what you have". Thread-safe. */
public final class StopSignal {
  private final CountDownLatch requested = new CountDownLatch(1);
  private volatile boolean drained;

  /** Take no more. */
  public void request() {
    requested.countDown();
  }

  /** Give back what you have. */
  public void drain() {
    drained = true;
  }

  /** Whether no more is to be taken. */
  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Whether what runs is to be given back. */
  public boolean drained() {
    return drained;
  }

  /** Waits; whether it was requested meanwhile. */
  public boolean await(Duration limit) {
    try {
      return requested.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}

package io.imagetools.it.guarantees;

import io.imagetools.it.guarantees.Journal.What;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Evidence: writes into the journal how long somebody stood still. It is what tells a machine that
 * had no time for a worker from a queue that hands out a job twice.
 */
final class Pulse implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** A lateness below this part of a lock or a session is no stall. */
  private static final int NOTICEABLE = 20;

  /** What is done between two looks at the clock. */
  @FunctionalInterface
  interface Beat {
    /** Returns when it was done, or was not. */
    void await() throws InterruptedException;
  }

  private final String who;
  private final Journal journal;
  private final long noticeable;
  private final Beat beat;
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  /** Of whoever answers that beat. */
  Pulse(String who, Journal journal, Duration hold, Beat beat) {
    this.who = who;
    this.journal = journal;
    this.noticeable = hold.dividedBy(NOTICEABLE).toNanos();
    this.beat = beat;
  }

  /** Of this process. */
  static Pulse ofProcess(String who, Journal journal, Duration hold) {
    return new Pulse(who, journal, hold, () -> {});
  }

  void start() {
    thread.execute(this::watch);
  }

  private void watch() {
    try {
      long before = System.nanoTime();
      while (!end.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
        beat.await();
        long now = System.nanoTime();
        long late = now - before - INTERVAL.toNanos();
        if (late >= noticeable) {
          journal.write(who, What.STALLED, (int) TimeUnit.NANOSECONDS.toMillis(late));
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed while the beat lasted
    }
  }

  /** Returns when it writes no more. */
  @Override
  public void close() {
    end.countDown();
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the pulse of " + who + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

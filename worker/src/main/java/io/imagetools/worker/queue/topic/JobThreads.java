package io.imagetools.worker.queue.topic;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a queue. */
public final class JobThreads {

  private JobThreads() {}

  /** So many daemons, named {@code purpose-1}, {@code purpose-2}, … */
  public static ExecutorService named(String purpose, int count) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        work -> {
          Thread thread = new Thread(work, purpose + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Lets what runs end by itself within that time, and interrupts what does not. */
  public static void end(ExecutorService threads, Duration limit) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

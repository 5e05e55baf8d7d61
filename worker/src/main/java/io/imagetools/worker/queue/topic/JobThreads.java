package io.imagetools.worker.queue.topic;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
}

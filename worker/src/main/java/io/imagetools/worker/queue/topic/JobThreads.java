package io.imagetools.worker.queue.topic;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a queue. */
public final class JobThreads {
  private static final Logger LOG = LoggerFactory.getLogger(JobThreads.class);

  /** Whoever was interrupted says goodbye to a broker that is there within that. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

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

  /**
   * Lets what runs end by itself within that time; interrupts what does not, and waits some seconds
   * for that, since what it uses is closed next.
   *
   * @param limit zero: it is interrupted at once
   */
  public static void end(ExecutorService threads, Duration limit) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
        if (!threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("A thread of the queue did not end in time.");
        }
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

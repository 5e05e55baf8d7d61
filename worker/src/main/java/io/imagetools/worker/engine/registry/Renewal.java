package io.imagetools.worker.engine.registry;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something again and again, on a thread of its own, until it is closed. */
final class Renewal implements AutoCloseable {

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "blob-claims");
            daemon.setDaemon(true);
            return daemon;
          });

  @SuppressWarnings("FutureReturnValueIgnored") // it throws nothing, and ends with the thread
  Renewal(Duration every, Runnable task) {
    thread.scheduleWithFixedDelay(task, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

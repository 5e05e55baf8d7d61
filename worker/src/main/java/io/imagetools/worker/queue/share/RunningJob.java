package io.imagetools.worker.queue.share;

import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler at work on a thread of its own, so that the slot's thread can renew the lease. */
final class RunningJob {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);

  private final CompletableFuture<JobHandler.Verdict> verdict = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Future<?> task;

  private RunningJob(ExecutorService executor, JobHandler handler, Delivery delivery) {
    this.task = executor.submit(() -> work(handler, delivery));
  }

  static RunningJob start(ExecutorService executor, JobHandler handler, Delivery delivery) {
    return new RunningJob(executor, handler, delivery);
  }

  private void work(JobHandler handler, Delivery delivery) {
    begun.set(true);
    JobHandler.Verdict said = JobHandler.Verdict.RELEASE; // a handler that throws has said nothing
    try {
      said = handler.handle(delivery);
    } catch (RuntimeException e) { // it is to be total; if it is not, somebody must hear of it
      LOG.error("Job {} broke its handler; it is handed out again", delivery.job().id(), e);
    } finally {
      verdict.complete(said);
    }
  }

  /** The verdict, if it comes within that time. */
  Optional<JobHandler.Verdict> await(Duration limit) throws InterruptedException {
    try {
      return Optional.of(verdict.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a verdict is never exceptional", e);
    }
  }

  /** Interrupts the handler; its verdict still comes. */
  void interrupt() {
    task.cancel(true);
    if (!begun.get()) {
      verdict.complete(JobHandler.Verdict.RELEASE);
    }
  }
}

package io.imagetools.worker.queue.lanes;

import io.imagetools.common.job.RunId;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The slots of a worker that has two queues. Whoever waits longest for a slot gets the next one
 * that is free; the queue renews the lease meanwhile. Thread-safe.
 */
final class Permits implements JobHandler {
  /** More than wait, less than overflows. */
  private static final int ALL = 1_000_000;

  private final JobHandler handler;
  private final Semaphore free;
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean closed;

  Permits(int slots, JobHandler handler) {
    this.handler = handler;
    this.free = new Semaphore(slots, true);
  }

  @Override
  public Verdict handle(Delivery delivery) {
    if (handler.isUnwanted(delivery.job().id().run())) {
      return handler.handle(delivery); // an answer, no work
    }
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.RELEASE;
    }
    try {
      return closed ? Verdict.RELEASE : counted(delivery);
    } finally {
      free.release();
    }
  }

  private Verdict counted(Delivery delivery) {
    running.incrementAndGet();
    try {
      return handler.handle(delivery);
    } finally {
      running.decrementAndGet();
    }
  }

  @Override
  public boolean isUnwanted(RunId run) {
    return handler.isUnwanted(run);
  }

  @Override
  public Verdict answerUnwanted(List<Delivery> deliveries) {
    return handler.answerUnwanted(deliveries);
  }

  /** How many jobs have a slot. */
  int running() {
    return running.get();
  }

  /** Gives no more slots: who waits for one gives its job back. */
  void close() {
    closed = true;
    free.release(ALL);
  }
}

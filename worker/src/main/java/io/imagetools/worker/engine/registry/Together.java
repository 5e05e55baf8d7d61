package io.imagetools.worker.engine.registry;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Does the tasks of one image side by side, a few at once, on threads that all images share; none
 * of them may itself wait for others. The first failure, or an interrupt of the caller, ends the
 * others; when {@link #run} returns or throws, none of them goes on.
 */
final class Together {

  /** One of them. */
  @FunctionalInterface
  interface Task {
    void run() throws MirrorFailure, InterruptedException;
  }

  /** How one ended; null: well. */
  private record End(@Nullable Throwable trouble) {}

  private final ExecutorService threads;
  private final Map<String, String> context;
  private final @Nullable TraceContext trace = CurrentTrace.get();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private final Phaser working = new Phaser(1);
  private final List<Future<?>> started = new ArrayList<>();
  private volatile boolean stopped;

  private Together(ExecutorService threads) {
    this.threads = threads;
    Map<String, String> mine = MDC.getCopyOfContextMap();
    this.context = mine == null ? Map.of() : mine;
  }

  /** Does them all, at most so many at once; asked again whenever one has ended. */
  static void run(ExecutorService threads, IntSupplier width, List<? extends Task> tasks)
      throws MirrorFailure, InterruptedException {
    Together together = new Together(threads);
    try {
      together.run(width, tasks);
    } finally {
      together.stop();
    }
  }

  private void run(IntSupplier width, List<? extends Task> tasks)
      throws MirrorFailure, InterruptedException {
    Iterator<? extends Task> next = tasks.iterator();
    int running = 0;
    while (next.hasNext() || running > 0) {
      while (next.hasNext() && running < width.getAsInt()) {
        start(next.next());
        running++;
      }
      End end = ends.take();
      running--;
      raise(end.trouble());
    }
  }

  private void start(Task task) throws InterruptedException {
    try {
      started.add(threads.submit(() -> perform(task)));
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // Whatever it is, it is thrown by the caller's thread.
  private void perform(Task task) {
    working.register();
    Throwable trouble = null;
    TraceContext before = CurrentTrace.swap(trace);
    try {
      if (!stopped) {
        MDC.setContextMap(context);
        task.run();
      }
    } catch (MirrorFailure | InterruptedException | RuntimeException | Error e) {
      trouble = e;
    } finally {
      MDC.clear();
      CurrentTrace.swap(before);
      ends.add(new End(trouble));
      working.arriveAndDeregister();
    }
  }

  private static void raise(@Nullable Throwable trouble)
      throws MirrorFailure, InterruptedException {
    if (trouble instanceof MirrorFailure failure) {
      throw failure;
    }
    if (trouble instanceof InterruptedException e) {
      throw closed(e); // Nobody else interrupts these threads before the first failure.
    }
    if (trouble instanceof RuntimeException defect) {
      throw defect;
    }
    if (trouble instanceof Error error) {
      throw error;
    }
  }

  private static InterruptedException closed(Throwable cause) {
    InterruptedException e = new InterruptedException("the engine was closed during a copy");
    e.initCause(cause);
    return e;
  }

  /** Ends what still runs, and waits for it: an abort takes no longer than closing a socket. */
  private void stop() {
    stopped = true;
    started.forEach(task -> task.cancel(true));
    working.arriveAndAwaitAdvance();
  }
}

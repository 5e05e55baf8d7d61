package io.imagetools.cli.terminal;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and SIGTERM: whoever works looks at {@link #happened} and ends in good order; the process
 * goes when {@link #close} was called, or after a bound if that never happens: whatever has last
 * words to say is opened after this and closed before it. The exit status is then the signal's.
 * Thread-safe.
 */
public final class Interrupts implements AutoCloseable {

  /** Stopping programs, writing the list, stopping the broker: all of it takes a few seconds. */
  private static final Duration END_LIMIT = Duration.ofSeconds(40);

  /** So long a person who pressed Ctrl-C waits for nothing. */
  private static final Duration LOOK = Duration.ofMillis(200);

  /**
   * What may take for ever.
   *
   * @param <T> what comes of it; null if that is an answer
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Blocking<T extends @Nullable Object, E extends Exception> {
    /** Waits for it. */
    T get() throws E, InterruptedException;
  }

  private final CountDownLatch happened = new CountDownLatch(1);
  private final AtomicBoolean listening = new AtomicBoolean(true);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration limit;

  private Interrupts(Duration limit) {
    this.limit = limit;
  }

  /** Listens from now on. */
  public static Interrupts ofProcess() {
    return ofProcess(END_LIMIT);
  }

  /**
   * Listens from now on.
   *
   * @param limit how long the process waits for {@link #close} after a signal
   */
  public static Interrupts ofProcess(Duration limit) {
    Interrupts interrupts = new Interrupts(limit);
    Runtime.getRuntime().addShutdownHook(new Thread(interrupts::signalled, "interrupt"));
    return interrupts;
  }

  private void signalled() {
    if (!listening.get()) {
      return;
    }
    happened.countDown();
    try {
      if (!closed.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("image-tools: did not end in time and is ended now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was told to end. */
  public boolean happened() {
    return happened.getCount() == 0;
  }

  /** Returns when the process was told to end. */
  public void await() throws InterruptedException {
    happened.await();
  }

  /**
   * Waits for what may take for ever, on a thread of its own, unless the process is told to end:
   * who reads from a terminal or a pipe does not notice that. The thread is interrupted then, and
   * does not hold up the end of the process.
   *
   * @throws InterruptedException if the process is told to end first
   */
  public <T extends @Nullable Object, E extends Exception> T unlessHappened(Blocking<T, E> work)
      throws E, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(task, "waiting");
    thread.setDaemon(true);
    thread.start();
    while (!happened()) {
      try {
        return task.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // It is waited for on.
      } catch (ExecutionException e) {
        Throwable cause = Objects.requireNonNull(e.getCause());
        throwUnlessDeclared(cause);
        @SuppressWarnings("unchecked") // the work can throw nothing else
        E declared = (E) cause;
        throw declared;
      }
    }
    thread.interrupt();
    thread.join(LOOK.toMillis());
    throw new InterruptedException("told to end");
  }

  private static void throwUnlessDeclared(Throwable cause) throws InterruptedException {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof InterruptedException interrupted) {
      throw interrupted;
    }
  }

  /** All is done: from now on a signal ends the process at once. */
  @Override
  public void close() {
    listening.set(false);
    closed.countDown();
  }
}

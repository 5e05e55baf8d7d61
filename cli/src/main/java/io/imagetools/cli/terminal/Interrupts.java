package io.imagetools.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM: ends what runs in good order before the process goes. The process ends when
 * {@link #close} was called, or after a bound if that never happens; its exit status is then the
 * signal's.
 */
public final class Interrupts implements AutoCloseable {
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private Interrupts(Runnable cancel, Duration limit) {
    this.hook =
        new Thread(
            () -> {
              interrupted.set(true);
              cancel.run();
              try {
                if (!finished.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                  System.err.println("image-tools: did not end in time and is ended now");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interrupt");
  }

  /**
   * Calls {@code cancel}, on another thread, when the process is told to end before {@link #close}.
   *
   * @param limit how long the process waits for {@link #close} after that
   */
  public static Interrupts handle(Runnable cancel, Duration limit) {
    Interrupts interrupts = new Interrupts(cancel, limit);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    return interrupts;
  }

  /** Whether the process was told to end. */
  public boolean happened() {
    return interrupted.get();
  }

  /** All is done: from now on a signal ends the process at once. */
  @Override
  public void close() {
    finished.countDown();
    if (!interrupted.get()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        interrupted.set(true); // it has begun this very moment, and has nothing left to wait for
      }
    }
  }
}

package io.imagetools.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM: whoever works looks at {@link #happened} and ends in good order; the process
 * goes when {@link #close} was called, or after a bound if that never happens: whatever has last
 * words to say is opened after this and closed before it. The exit status is then the signal's.
 * Thread-safe.
 */
public final class Interrupts implements AutoCloseable {

  /** Stopping programs, writing the list, stopping the broker: all of it takes a few seconds. */
  private static final Duration END_LIMIT = Duration.ofSeconds(40);

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

  /** All is done: from now on a signal ends the process at once. */
  @Override
  public void close() {
    listening.set(false);
    closed.countDown();
  }
}

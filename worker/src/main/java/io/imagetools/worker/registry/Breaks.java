package io.imagetools.worker.registry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How often a transfer goes on after its connection broke. As long as it gets on in between there
 * is no end to that; who breaks again and again at the same place is left to a later attempt. One
 * thread asks, any thread cancels.
 */
final class Breaks {

  /** In a row, without getting on. */
  static final int MOST = 3;

  /** Less than that is not getting on. */
  static final long GOT_ON_BYTES = 1 << 20;

  /** Before the second in a row, and twice that before the third. */
  private static final long FIRST_WAIT_MILLIS = 500;

  private final CountDownLatch cancelled;
  private int inARow;
  private long at;

  /**
   * Of one transfer.
   *
   * @param cancelled counted down when it is given up
   */
  Breaks(CountDownLatch cancelled) {
    this.cancelled = cancelled;
  }

  /**
   * Waits a little, and says whether to go on.
   *
   * @param position how far the transfer has got
   */
  boolean goOn(long position) throws InterruptedException {
    inARow = position - at >= GOT_ON_BYTES ? 1 : inARow + 1;
    at = position;
    return waited();
  }

  /** The same where nothing was gained, whatever position the registry had told. */
  boolean goOnAnew() throws InterruptedException {
    inARow++;
    return waited();
  }

  private boolean waited() throws InterruptedException {
    if (inARow > MOST) {
      return false;
    }
    long wait = inARow == 1 ? 0 : FIRST_WAIT_MILLIS << (inARow - 2);
    return !cancelled.await(wait, TimeUnit.MILLISECONDS);
  }
}

package io.imagetools.cli.terminal;

import java.util.function.LongSupplier;

/**
 * Counts the bytes that are on their way as well, where the worker is in this process: a large
 * image moves before it ends.
 */
public final class LiveBytes implements ProgressDisplay {
  private final ProgressDisplay display;
  private final LongSupplier sent;
  private final long before;

  /**
   * Before that display.
   *
   * @param sent bytes that the worker has sent since it began
   */
  public LiveBytes(ProgressDisplay display, LongSupplier sent) {
    this.display = display;
    this.sent = sent;
    this.before = sent.getAsLong();
  }

  @Override
  public void show(Progress progress) {
    display.show(
        new Progress(
            progress.total(),
            progress.done(),
            progress.running(),
            progress.failed(),
            Math.max(progress.bytes(), sent.getAsLong() - before)));
  }

  @Override
  public void close() {
    display.close();
  }
}

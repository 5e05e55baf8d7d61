package io.imagetools.cli.terminal;

/** Shows how far a run is. Called by one thread; may be called a thousand times a second. */
public interface ProgressDisplay extends AutoCloseable {

  /** It is that far now. */
  void show(Progress progress);

  /** The run has ended; the display goes away and the log is as before. Repeatable. */
  @Override
  void close();

  /** Shows nothing. */
  static ProgressDisplay none() {
    return new ProgressDisplay() {
      @Override
      public void show(Progress progress) {}

      @Override
      public void close() {}
    };
  }
}

package io.imagetools.collector;

/** How a collector learns that it shall end before the run does. Called by its thread. */
public interface Interruption {

  /** Nobody interrupts. */
  Interruption NEVER =
      new Interruption() {
        @Override
        public boolean requested() {
          return false;
        }

        @Override
        public void stopWork() {}
      };

  /** Whether somebody wants it to end. */
  boolean requested();

  /**
   * Stops what still produces results, if that is this process's; what it said until then is still
   * read. Returns when it has stopped.
   */
  void stopWork();
}

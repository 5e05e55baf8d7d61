package io.imagetools.worker.program;

import java.io.IOException;

/** Runs programs to their end. Thread-safe. */
public interface ProgramRunner extends AutoCloseable {

  /**
   * Runs it and waits. When this returns or throws, nothing of it runs any more: no child of it, no
   * grandchild.
   *
   * @throws IOException if the program can't be started
   * @throws InterruptedException if the thread was interrupted
   */
  ProgramResult run(ProgramCall call) throws IOException, InterruptedException;

  /** Kills what still runs, and starts nothing any more. */
  @Override
  void close();
}

package io.imagetools.worker.execution;

import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;

/** What came of all attempts of a job. */
public sealed interface Attempted {

  /** How many there were, at least 1. */
  int attempts();

  /**
   * The last one succeeded.
   *
   * @param report what the engine did in it
   */
  record Succeeded(MirrorReport report, int attempts) implements Attempted {}

  /**
   * None succeeded, and no further one is made.
   *
   * @param failure of the last one
   */
  record GaveUp(MirrorFailure failure, int attempts) implements Attempted {}
}

package io.imagetools.worker.execution;

import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Duration;

/** What came of all attempts of a job. */
public sealed interface Attempted {

  /** How many there were, by all workers that had the job; 0 if it was not even begun. */
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

  /**
   * A further one makes sense, but not now.
   *
   * @param failure of the last one
   * @param pause before the next one
   */
  record Postponed(MirrorFailure failure, int attempts, Duration pause) implements Attempted {}
}

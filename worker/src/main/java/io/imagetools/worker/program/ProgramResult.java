package io.imagetools.worker.program;

import java.time.Duration;

/**
 * How a run of a program went.
 *
 * @param endedBy what ended it
 * @param exitStatus 0 to 255, or 128 + the signal that killed it
 * @param standardOutput bounded; the middle is left out
 * @param standardError bounded; the middle is left out
 * @param took how long it ran
 */
public record ProgramResult(
    EndedBy endedBy, int exitStatus, String standardOutput, String standardError, Duration took) {

  /** Whether it ended by itself and was content. */
  public boolean succeeded() {
    return endedBy == EndedBy.EXIT && exitStatus == 0;
  }
}

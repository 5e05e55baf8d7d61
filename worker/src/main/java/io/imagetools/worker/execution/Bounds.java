package io.imagetools.worker.execution;

import java.time.Duration;

/**
 * What the records of {@link ExecutionSettings} check themselves with. It is no part of that class:
 * each record has a constant of its own, and a record whose initialization waited for the outer
 * class's would be seen there without its constant.
 */
final class Bounds {
  private Bounds() {}

  static boolean positive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}

package io.imagetools.worker.results;

import org.jspecify.annotations.Nullable;

/** Looks through what spring-kafka wraps around the client's exceptions. */
final class Causes {

  /** A chain may be a circle. */
  private static final int DEEPEST = 16;

  private Causes() {}

  static boolean has(Throwable thrown, Class<? extends Throwable> type) {
    @Nullable Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** What it came from, in its own words. */
  static String deepest(Throwable thrown) {
    Throwable deepest = thrown;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Throwable cause = deepest.getCause();
      if (cause == null) {
        break;
      }
      deepest = cause;
    }
    return deepest.getClass().getSimpleName() + ": " + deepest.getMessage();
  }
}

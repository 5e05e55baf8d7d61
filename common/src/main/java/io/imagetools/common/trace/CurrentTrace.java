package io.imagetools.common.trace;

import org.jspecify.annotations.Nullable;

/**
 * The place in a trace of what this thread does now: records and requests that it sends bear it.
 * Whoever goes on with the work on another thread brings it along.
 */
public final class CurrentTrace {
  private static final ThreadLocal<@Nullable TraceContext> CURRENT = new ThreadLocal<>();

  private CurrentTrace() {}

  /** Null: of no trace. */
  public static @Nullable TraceContext get() {
    return CURRENT.get();
  }

  /**
   * Sets it; to be put back in a finally.
   *
   * @param context null: of no trace
   * @return what it was before
   */
  public static @Nullable TraceContext swap(@Nullable TraceContext context) {
    TraceContext before = CURRENT.get();
    if (context == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(context);
    }
    return before;
  }
}

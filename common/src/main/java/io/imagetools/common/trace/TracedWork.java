package io.imagetools.common.trace;

import org.jspecify.annotations.Nullable;

/** A piece of work under way: a span. Thread-safe. */
public interface TracedWork {

  /** What is below it bears this; null: nothing. */
  @Nullable TraceContext context();

  /** A further attribute. */
  void note(String name, String value);

  /** The same, of a number. */
  void note(String name, long value);

  /** It ended badly. */
  void failed(String why);

  /** It ended. */
  void end();
}

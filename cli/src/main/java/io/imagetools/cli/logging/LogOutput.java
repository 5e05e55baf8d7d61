package io.imagetools.cli.logging;

/** Where log lines go. A progress display puts itself in between, so that both stay whole. */
@FunctionalInterface
public interface LogOutput {

  /** Prints one line; called by one thread at a time. */
  void print(String line);
}

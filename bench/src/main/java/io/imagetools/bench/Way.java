package io.imagetools.bench;

import java.io.IOException;

/** A way to mirror a list. */
interface Way {

  /** As tables call it. */
  String name();

  /** Where it puts an image of that repository. */
  default String place(String repository) {
    return repository;
  }

  /** Gets what it needs before the measuring; called once per destination. */
  default Session open(Target target, Probe probe) throws IOException, InterruptedException {
    return unchanged -> perform(target, probe, unchanged);
  }

  /** Mirrors all of it once. */
  Sample perform(Target target, Probe probe, boolean unchanged)
      throws IOException, InterruptedException;

  /** Ready to mirror to one destination. */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    Sample perform(boolean unchanged) throws IOException, InterruptedException;

    @Override
    default void close() {}
  }
}

package io.imagetools.worker.engine.registry;

import java.time.Clock;
import java.time.Duration;

/** What a worker knows of blobs that has nobody to ask. */
final class Alone {

  private Alone() {}

  /** Nothing yet. */
  static FleetBlobs blobs() {
    return new FleetBlobs(Clock.systemUTC(), Duration.ofMinutes(1), "alone");
  }
}

package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long it took lately to send a small blob to a registry: whether another worker would hear of
 * it in time to spare itself the same. Thread-safe.
 */
final class Pace {

  /** What a claim takes to reach the others, 19 times of 20 (measured, see docs/adr/0022). */
  static final Duration SLOW = Duration.ofMillis(90);

  /** The last ones count for so much: what is long past is forgotten. */
  private static final double WEIGHT = 0.25;

  private final Map<Registry, Double> nanos = new ConcurrentHashMap<>();

  /** Notes how long one took, its source included. */
  void took(Registry registry, long elapsedNanos) {
    nanos.merge(registry, (double) elapsedNanos, (before, now) -> before + WEIGHT * (now - before));
  }

  /** Whether it takes long. Not as long as nothing is known. */
  boolean isSlow(Registry registry) {
    return nanos.getOrDefault(registry, 0.0) >= SLOW.toNanos();
  }
}

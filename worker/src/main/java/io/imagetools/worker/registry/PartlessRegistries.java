package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Registries that take a blob only in one piece, as this process has seen: the next large blob is
 * not tried in parts again. Safe for any thread.
 */
final class PartlessRegistries {

  private final Set<Registry> known = ConcurrentHashMap.newKeySet();

  boolean contains(Registry registry) {
    return known.contains(registry);
  }

  /** To be called when it took a blob whole of which it had refused a part, and not before. */
  void add(Registry registry) {
    known.add(registry);
  }
}

package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a registry's answer to a mount from a repository to itself is worth. One that has said 201
 * of what was there is believed when it says 202. Others say 202 of everything, as Amazon ECR does:
 * they would be sent again what they have (docs/adr/0033). Thread-safe; all slots share one.
 */
final class SelfMounts {

  private static final Logger log = LoggerFactory.getLogger(SelfMounts.class);

  private final ConcurrentMap<Registry, Worth> worths = new ConcurrentHashMap<>();

  private enum Worth {
    /** Somebody is finding out. */
    IN_TRIAL,
    BELIEVED,
    DISTRUSTED
  }

  /** Whether it is known to say what is there. */
  boolean isBelieved(Registry registry) {
    return worths.get(registry) == Worth.BELIEVED;
  }

  /** Whether it is asked by HEAD only. */
  boolean isDistrusted(Registry registry) {
    return worths.get(registry) == Worth.DISTRUSTED;
  }

  /** It has said of something that it is there; once distrusted it stays so. */
  void believe(Registry registry) {
    worths.merge(registry, Worth.BELIEVED, (old, fresh) -> old == Worth.DISTRUSTED ? old : fresh);
  }

  /** It has said something wrong, or nothing that would be an answer. */
  void distrust(Registry registry) {
    if (worths.put(registry, Worth.DISTRUSTED) != Worth.DISTRUSTED) {
      log.debug("{} is asked by HEAD for what it has.", registry);
    }
  }

  /** Whether the caller is to find out: nothing is known yet, and nobody else is at it. */
  boolean beginTrial(Registry registry) {
    return worths.putIfAbsent(registry, Worth.IN_TRIAL) == null;
  }

  /** Ends what {@link #beginTrial} began; without a verdict somebody else may begin anew. */
  void endTrial(Registry registry) {
    worths.remove(registry, Worth.IN_TRIAL);
  }
}

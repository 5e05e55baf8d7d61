package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a repository has a blob, by the cheapest way there is: it has it, the registry
 * has it elsewhere, somebody is just sending it there, and only then by sending it. Thread-safe;
 * all slots share one.
 */
final class BlobDelivery {

  private static final Logger log = LoggerFactory.getLogger(BlobDelivery.class);

  private final RegistryWrites writes;
  private final FleetBlobs fleet;
  private final Uploads uploads = new Uploads();

  /** Registries that did not answer a mount from a repository to itself as they should. */
  private final Set<Registry> askedByHead = ConcurrentHashMap.newKeySet();

  /**
   * A blob and its way.
   *
   * @param from where it is
   * @param to where it shall be
   * @param size in bytes
   */
  record Order(Repository from, Repository to, Digest blob, long size) {}

  BlobDelivery(RegistryWrites writes, FleetBlobs fleet) {
    this.writes = writes;
    this.fleet = fleet;
  }

  /** Notes that a repository has a blob: it can be mounted from there. */
  void seen(Repository repository, Digest blob) {
    fleet.known().seen(repository, blob);
  }

  /** Notes that a registry lacks what it said it had: it is asked in so many words from now on. */
  void doubt(Registry registry) {
    askedByHead.add(registry);
  }

  /** Delivers it; when this returns, the repository has it. */
  Fate deliver(Order order) throws MirrorFailure, InterruptedException {
    if (order.from().registry().equals(order.to().registry())) {
      seen(order.from(), order.blob());
    }
    Fate fate = new BlobErrand(order, writes, fleet, uploads, askedByHead).run();
    log.debug("{} in {}: {}.", order.blob(), order.to(), fate);
    seen(order.to(), order.blob());
    fleet.there(order);
    return fate;
  }
}

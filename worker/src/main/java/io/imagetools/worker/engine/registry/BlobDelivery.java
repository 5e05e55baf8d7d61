package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sees to it that a repository has a blob, by the cheapest way there is: it has it, the registry
 * has it elsewhere, somebody is just sending it there, and only then by sending it. Thread-safe;
 * all slots share one.
 */
final class BlobDelivery {

  private final Transfers transfers;
  private final RegistryWrites writes;
  private final FleetBlobs fleet;
  private final Uploads uploads = new Uploads();
  private final SelfMounts selfMounts = new SelfMounts();

  /**
   * A blob and its way.
   *
   * @param from where it is
   * @param to where it shall be
   * @param size in bytes
   */
  record Order(Repository from, Repository to, Digest blob, long size) {}

  BlobDelivery(Transfers transfers, RegistryWrites writes, FleetBlobs fleet) {
    this.transfers = transfers;
    this.writes = writes;
    this.fleet = fleet;
  }

  /** Notes that a repository has a blob: it can be mounted from there. */
  void seen(Repository repository, Digest blob) {
    fleet.known().seen(repository, blob);
  }

  /** Notes that a registry lacks what it said it had: it is asked in so many words from now on. */
  void doubt(Registry registry) {
    selfMounts.distrust(registry);
  }

  /**
   * Delivers them; when this returns, their repositories have them. What somebody else is sending
   * just now comes last: when nothing else is left to do, the first of those is waited for on the
   * caller's thread, and then all are looked at again.
   */
  Map<Order, Fate> deliver(Collection<Order> orders) throws MirrorFailure, InterruptedException {
    Map<Order, Fate> fates = new ConcurrentHashMap<>();
    List<BlobErrand> left = orders.stream().map(this::errand).toList();
    while (!left.isEmpty()) {
      Queue<BlobErrand> waiting = new ConcurrentLinkedQueue<>();
      List<Together.Task> tasks = new ArrayList<>();
      for (BlobErrand errand : left) {
        tasks.add(
            () ->
                errand
                    .run()
                    .ifPresentOrElse(
                        fate -> fates.put(errand.order(), fate), () -> waiting.add(errand)));
      }
      transfers.blobs(tasks);
      left = List.copyOf(waiting);
      if (!left.isEmpty()) {
        left.get(0).await();
      }
    }
    return fates;
  }

  private BlobErrand errand(Order order) {
    if (order.from().registry().equals(order.to().registry())) {
      seen(order.from(), order.blob());
    }
    return new BlobErrand(order, writes, fleet, uploads, selfMounts);
  }
}

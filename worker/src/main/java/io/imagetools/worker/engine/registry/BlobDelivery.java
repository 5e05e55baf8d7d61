package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
  private final KnownBlobs known;
  private final Uploads uploads = new Uploads();

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
    this.known = fleet.known();
  }

  /** Notes that a repository has a blob: it can be mounted from there. */
  void seen(Repository repository, Digest blob) {
    known.seen(repository, blob);
  }

  /** Delivers it; when this returns, the repository has it. */
  Fate deliver(Order order) throws MirrorFailure, InterruptedException {
    if (order.from().registry().equals(order.to().registry())) {
      known.seen(order.from(), order.blob());
    }
    Fate fate = bring(order);
    log.debug("{} in {}: {}.", order.blob(), order.to(), fate);
    known.seen(order.to(), order.blob());
    fleet.there(order);
    return fate;
  }

  /**
   * Where a mount may do, nobody looks first: the answer is 201 as well if the repository has it
   * already. After a mount that was refused somebody must.
   */
  private Fate bring(Order order) throws MirrorFailure, InterruptedException {
    RegistryWrites.@Nullable Session session = null;
    long patience = fleet.patience();
    boolean looked = false;
    boolean refused = false;
    while (true) {
      Optional<Repository> place = known.elsewhere(order.to(), order.blob());
      if (place.isPresent() && (looked || !refused)) {
        RegistryWrites.Mount mount = writes.mount(order.to(), order.blob(), place.get());
        discard(session);
        if (mount.mounted()) {
          return Fate.MOUNTED;
        }
        known.gone(place.get(), order.blob());
        refused = true;
        session = mount.session();
      } else if (!looked) {
        if (writes.hasBlob(order.to(), order.blob())) {
          discard(session);
          return Fate.SKIPPED;
        }
        looked = true;
      } else if (sendUnlessSomebodyDoes(order, session, patience)) {
        return Fate.COPIED;
      } else {
        looked = false; // Another slot, or worker, may have filled this very repository.
      }
    }
  }

  /** Sends it, or waits for the slot or the worker that does; true if it was sent. */
  private boolean sendUnlessSomebodyDoes(
      Order order, RegistryWrites.@Nullable Session session, long patience)
      throws MirrorFailure, InterruptedException {
    Uploads.Lease mine = uploads.lease(order.to().registry(), order.blob());
    Uploads.Lease holder = uploads.take(mine);
    if (holder != mine) {
      holder.await();
      return false;
    }
    try {
      return order.size() < FleetBlobs.LEAST_BYTES
          ? send(order, session)
          : sendUnlessAnotherWorkerDoes(order, session, patience);
    } finally {
      mine.end();
    }
  }

  private boolean sendUnlessAnotherWorkerDoes(
      Order order, RegistryWrites.@Nullable Session session, long patience)
      throws MirrorFailure, InterruptedException {
    if (known.elsewhere(order.to(), order.blob()).isPresent()) {
      return false;
    }
    Optional<FleetBlobs.Claim> right = fleet.claim(order, patience);
    if (right.isEmpty()) {
      return false;
    }
    try (FleetBlobs.Claim held = right.get()) {
      log.debug("Sending {} by {}.", order.blob(), held);
      return send(order, session);
    }
  }

  private boolean send(Order order, RegistryWrites.@Nullable Session session)
      throws MirrorFailure, InterruptedException {
    // It may have arrived between the look and the lease.
    if (known.elsewhere(order.to(), order.blob()).isPresent()) {
      return false;
    }
    writes.upload(
        order.from(),
        order.blob(),
        order.size(),
        session != null ? session : writes.open(order.to()));
    known.seen(order.to(), order.blob());
    return true;
  }

  private void discard(RegistryWrites.@Nullable Session session) throws InterruptedException {
    if (session != null) {
      writes.abandon(session);
    }
  }
}

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
  private final KnownBlobs known = new KnownBlobs();
  private final Uploads uploads = new Uploads();

  /**
   * A blob and its way.
   *
   * @param from where it is
   * @param to where it shall be
   * @param size in bytes
   */
  record Order(Repository from, Repository to, Digest blob, long size) {}

  BlobDelivery(RegistryWrites writes) {
    this.writes = writes;
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
    return fate;
  }

  /**
   * Where a mount may do, nobody looks first: the answer is 201 as well if the repository has it
   * already. After a mount that was refused somebody must.
   */
  private Fate bring(Order order) throws MirrorFailure, InterruptedException {
    RegistryWrites.@Nullable Session session = null;
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
      } else if (sendUnlessSomebodyDoes(order, session)) {
        return Fate.COPIED;
      } else {
        looked = false; // Another slot may have filled this very repository.
      }
    }
  }

  /** Sends it, or waits for who does; true if it was sent. */
  private boolean sendUnlessSomebodyDoes(Order order, RegistryWrites.@Nullable Session session)
      throws MirrorFailure, InterruptedException {
    Uploads.Lease mine = uploads.lease(order.to().registry(), order.blob());
    Uploads.Lease holder = uploads.take(mine);
    if (holder != mine) {
      holder.await();
      return false;
    }
    try {
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
    } finally {
      mine.end();
    }
  }

  private void discard(RegistryWrites.@Nullable Session session) throws InterruptedException {
    if (session != null) {
      writes.abandon(session);
    }
  }
}

package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way into one repository. Where a mount may do, nobody looks first: the answer is
 * 201 as well if the repository has it already. Where none may do, a small blob is mounted from the
 * very repository that shall get it: what is there answers 201, and what is not opens the upload
 * (OCI distribution specification, "Mounting a blob from another repository"), so that one request
 * does for a look and an opening. Used by one thread.
 */
final class BlobErrand {

  private static final Logger log = LoggerFactory.getLogger(BlobErrand.class);

  private final BlobDelivery.Order order;
  private final RegistryWrites writes;
  private final FleetBlobs fleet;
  private final KnownBlobs known;
  private final Uploads uploads;
  private final Set<Registry> askedByHead;
  private final long patience;
  private RegistryWrites.@Nullable Session session;
  private boolean looked;
  private boolean refused;

  /**
   * One to be.
   *
   * @param askedByHead registries that do not take a mount from a repository to itself; added to
   */
  BlobErrand(
      BlobDelivery.Order order,
      RegistryWrites writes,
      FleetBlobs fleet,
      Uploads uploads,
      Set<Registry> askedByHead) {
    this.order = order;
    this.writes = writes;
    this.fleet = fleet;
    this.known = fleet.known();
    this.uploads = uploads;
    this.askedByHead = askedByHead;
    this.patience = fleet.patience();
  }

  /** Does it; when this returns, the repository has it. */
  Fate run() throws MirrorFailure, InterruptedException {
    Fate fate = null;
    while (fate == null) {
      fate = step();
    }
    return fate;
  }

  /** Null: things have changed, and are to be looked at again. */
  private @Nullable Fate step() throws MirrorFailure, InterruptedException {
    Optional<Repository> place = elsewhere();
    if (place.isPresent() && (looked || !refused)) {
      return mount(place.get());
    }
    if (looked || byOpening()) {
      return sendUnlessSomebodyDoes();
    }
    if (writes.hasBlob(order.to(), order.blob())) {
      discard();
      return Fate.SKIPPED;
    }
    looked = true;
    return null;
  }

  private Optional<Repository> elsewhere() {
    return known.elsewhere(order.to(), order.blob());
  }

  private Registry registry() {
    return order.to().registry();
  }

  /**
   * Whether the request that opens the upload tells as well whether the blob is there. Not for what
   * other workers may be sending: an upload that is open meanwhile could be too old in the end.
   */
  private boolean byOpening() {
    return session == null
        && order.size() < FleetBlobs.LEAST_BYTES
        && !askedByHead.contains(registry());
  }

  private @Nullable Fate mount(Repository place) throws MirrorFailure, InterruptedException {
    RegistryWrites.Mount mount = writes.mount(order.to(), order.blob(), place);
    discard();
    if (mount.mounted()) {
      return Fate.MOUNTED;
    }
    known.gone(place, order.blob());
    refused = true;
    session = mount.session();
    return null;
  }

  /** Sends it, or waits for the slot or the worker that does. */
  private @Nullable Fate sendUnlessSomebodyDoes() throws MirrorFailure, InterruptedException {
    Uploads.Lease mine = uploads.lease(registry(), order.blob());
    Uploads.Lease holder = uploads.take(mine);
    if (holder != mine) {
      holder.await();
      looked = false; // It may have filled this very repository.
      return null;
    }
    try {
      if (elsewhere().isPresent()) {
        looked = false; // It arrived between the look and the lease.
        return null;
      }
      if (!looked) {
        return open();
      }
      return order.size() < FleetBlobs.LEAST_BYTES ? send() : sendUnlessAnotherWorkerDoes();
    } finally {
      mine.end();
    }
  }

  /** Looks and opens by one request. */
  private Fate open() throws MirrorFailure, InterruptedException {
    RegistryWrites.Mount mount;
    try {
      mount = writes.mount(order.to(), order.blob(), order.to());
    } catch (MirrorFailure e) {
      if (e.kind() == FailureKind.REGISTRY_UNAVAILABLE) {
        askedByHead.add(registry()); // The next attempt will tell whether it was that.
      }
      throw e;
    }
    session = mount.session();
    if (mount.mounted() || (session == null && isThereByHead())) {
      known.seen(order.to(), order.blob()); // before somebody else gets the lease
      return Fate.SKIPPED;
    }
    return send();
  }

  /** Whoever is not let in is told here; for the others the answer was no way to open an upload. */
  private boolean isThereByHead() throws MirrorFailure, InterruptedException {
    boolean there = writes.hasBlob(order.to(), order.blob());
    log.debug("{} does not mount from a repository to itself.", registry());
    askedByHead.add(registry());
    return there;
  }

  private @Nullable Fate sendUnlessAnotherWorkerDoes() throws MirrorFailure, InterruptedException {
    Optional<FleetBlobs.Claim> right = fleet.claim(order, patience);
    if (right.isEmpty()) {
      looked = false;
      return null;
    }
    try (FleetBlobs.Claim held = right.get()) {
      log.debug("Sending {} by {}.", order.blob(), held);
      if (elsewhere().isPresent()) {
        looked = false;
        return null;
      }
      return send();
    }
  }

  private Fate send() throws MirrorFailure, InterruptedException {
    RegistryWrites.Session opened = session != null ? session : writes.open(order.to());
    writes.upload(order.from(), order.blob(), order.size(), opened);
    known.seen(order.to(), order.blob());
    return Fate.COPIED;
  }

  private void discard() throws InterruptedException {
    if (session != null) {
      writes.abandon(session);
      session = null;
    }
  }
}

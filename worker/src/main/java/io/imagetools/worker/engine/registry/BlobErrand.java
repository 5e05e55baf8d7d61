package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way into one repository. Where a mount may do, nobody looks first: the answer is
 * 201 as well if the repository has it already. Where none may do, the blob is mounted from the
 * very repository that shall get it: what is there answers 201, and what is not opens the upload
 * (OCI distribution specification, "Mounting a blob from another repository"), so that one request
 * does for a look and an opening, of a registry whose word is worth something ({@link SelfMounts}).
 * An upload that is open when its thread is interrupted is the registry's to purge: an abort waits
 * for no answer. Used by one thread at a time.
 */
final class BlobErrand {

  private static final Logger log = LoggerFactory.getLogger(BlobErrand.class);

  private final BlobDelivery.Order order;
  private final RegistryWrites writes;
  private final FleetBlobs fleet;
  private final KnownBlobs known;
  private final Uploads uploads;
  private final SelfMounts selfMounts;
  private final long patience;
  private RegistryWrites.@Nullable Session session;
  private boolean looked;
  private boolean lookedOnce;
  private boolean refused;
  private boolean otherPartRefused;
  private @Nullable Sender sender;

  /** Somebody else who sends the blob: another slot, or another worker. */
  @FunctionalInterface
  private interface Sender {
    void await() throws InterruptedException;
  }

  /** One to be. */
  BlobErrand(
      BlobDelivery.Order order,
      RegistryWrites writes,
      FleetBlobs fleet,
      Uploads uploads,
      SelfMounts selfMounts) {
    this.order = order;
    this.writes = writes;
    this.fleet = fleet;
    this.known = fleet.known();
    this.uploads = uploads;
    this.selfMounts = selfMounts;
    this.patience = fleet.patience();
  }

  BlobDelivery.Order order() {
    return order;
  }

  /**
   * Does it, unless somebody else is just doing so.
   *
   * @return present: the repository has it; empty: to be run again after {@link #await}
   */
  Optional<Fate> run() throws MirrorFailure, InterruptedException {
    sender = null;
    Fate fate = null;
    while (fate == null && sender == null) {
      fate = step();
    }
    if (fate != null) {
      log.debug("{} in {}: {}.", order.blob(), order.to(), fate);
      known.seen(order.to(), order.blob());
      fleet.there(order);
    }
    return Optional.ofNullable(fate);
  }

  /** Waits until whoever was sending it has come to an end, well or not, or is given up. */
  void await() throws InterruptedException {
    if (sender != null) {
      sender.await();
    }
  }

  /**
   * Null: somebody else is sending it, or things have changed and are to be looked at again. Each
   * mount that is refused takes away a place, or all of other parts, so this comes to an end.
   */
  private @Nullable Fate step() throws MirrorFailure, InterruptedException {
    if (!looked && isSaidToBeThere() && !selfMounts.isBelieved(registry())) {
      return look();
    }
    Optional<Repository> place = elsewhere();
    if (place.isPresent() && (looked || !refused)) {
      return mount(place.get());
    }
    if (place.isEmpty()) {
      Optional<Sender> another = another();
      if (another.isPresent() && isToBeWaitedFor()) {
        leaveTo(another.get());
        return null;
      }
      if (another.isEmpty() && (looked || byOpening())) {
        return sendUnlessSomebodyDoes();
      }
    }
    return look();
  }

  private @Nullable Fate look() throws MirrorFailure, InterruptedException {
    if (isThere()) {
      return Fate.SKIPPED;
    }
    looked = true;
    lookedOnce = true;
    return null;
  }

  private boolean isThere() throws MirrorFailure, InterruptedException {
    boolean said = isSaidToBeThere();
    if (writes.hasBlob(order.to(), order.blob())) {
      discard();
      return true;
    }
    if (said) {
      known.gone(order.to(), order.blob());
    }
    return false;
  }

  private boolean isSaidToBeThere() {
    return known.has(order.to(), order.blob());
  }

  /**
   * Of parts of the registry that the repository is not in, one place is tried, and none if one of
   * its own part was refused: who may not mount from one may not from the others in all likelihood.
   */
  private Optional<Repository> elsewhere() {
    return otherPartRefused
        ? known.inSamePart(order.to(), order.blob())
        : known.elsewhere(order.to(), order.blob());
  }

  private Registry registry() {
    return order.to().registry();
  }

  /**
   * Whether the request that opens the upload tells as well whether the blob is there. As long as
   * nobody knows what that is worth it does for small ones: at the worst a few are sent in vain.
   */
  private boolean byOpening() {
    return session == null
        && (selfMounts.isBelieved(registry())
            || (!selfMounts.isDistrusted(registry()) && !fleet.isWorthAClaim(order)));
  }

  private Optional<Sender> another() {
    Optional<Uploads.Lease> slot = uploads.running(registry(), order.blob());
    if (slot.isPresent()) {
      return Optional.of(slot.get()::await);
    }
    return fleet.isClaimed(order, patience)
        ? Optional.of(() -> fleet.await(order, patience, () -> elsewhere().isPresent()))
        : Optional.empty();
  }

  /** What takes long to send is looked for once before: the repository may have it for long. */
  private boolean isToBeWaitedFor() {
    return lookedOnce || !fleet.isWorthAClaim(order);
  }

  /** It may fill this very repository, which is to be looked at again then. */
  private void leaveTo(Sender somebody) throws InterruptedException {
    discard(); // it could be too old in the end
    sender = somebody;
    looked = false;
  }

  private @Nullable Fate mount(Repository place) throws MirrorFailure, InterruptedException {
    RegistryWrites.Mount mount = writes.mountIfItCan(order.to(), order.blob(), place);
    discard();
    if (mount.mounted()) {
      return Fate.MOUNTED;
    }
    if (KnownBlobs.sharePart(place, order.to())) {
      known.gone(place, order.blob());
    } // Else whoever belongs there may mount from it.
    otherPartRefused = true;
    refused = true;
    session = mount.session();
    return null;
  }

  private @Nullable Fate sendUnlessSomebodyDoes() throws MirrorFailure, InterruptedException {
    Uploads.Lease mine = uploads.lease(registry(), order.blob());
    Uploads.Lease holder = uploads.take(mine);
    if (holder != mine) {
      looked = false;
      return null;
    }
    try {
      if (hasArrived()) {
        looked = false; // between the look and the lease
        return null;
      }
      return fleet.isWorthAClaim(order) ? sendUnlessAnotherWorkerDoes() : lookAndSend();
    } finally {
      mine.end();
    }
  }

  private boolean hasArrived() {
    return elsewhere().isPresent() || (looked && isSaidToBeThere());
  }

  private Fate lookAndSend() throws MirrorFailure, InterruptedException {
    return !looked && isThereOrOpened() ? Fate.SKIPPED : send();
  }

  /** The claim is on its way while the upload is being opened. */
  private @Nullable Fate sendUnlessAnotherWorkerDoes() throws MirrorFailure, InterruptedException {
    Optional<FleetBlobs.Claim> claim = fleet.claim(order, patience);
    if (claim.isEmpty()) {
      looked = false;
      return null;
    }
    try (FleetBlobs.Claim held = claim.get()) {
      if (!looked && isThereOrOpened()) {
        return Fate.SKIPPED;
      }
      if (!held.stands()) {
        discard();
        looked = false;
        return null;
      }
      if (hasArrived()) {
        looked = false;
        return null;
      }
      log.debug("Sending {} by {}.", order.blob(), held);
      return send();
    }
  }

  /** Looks and opens by one request. */
  private boolean isThereOrOpened() throws MirrorFailure, InterruptedException {
    RegistryWrites.Mount mount = mountFromItself();
    session = mount.session();
    lookedOnce = true;
    boolean there = mount.mounted();
    if (there) {
      selfMounts.believe(registry());
    } else if (session == null || isSaidToBeThere()) {
      there = isThereByHead();
    }
    if (there) {
      known.seen(order.to(), order.blob()); // before somebody else gets the lease
    }
    return there;
  }

  private RegistryWrites.Mount mountFromItself() throws MirrorFailure, InterruptedException {
    try {
      return writes.mount(order.to(), order.blob(), order.to());
    } catch (MirrorFailure e) {
      if (e.kind() == FailureKind.REGISTRY_UNAVAILABLE) {
        selfMounts.distrust(registry()); // The next attempt will tell whether it was that.
      }
      throw e;
    }
  }

  /**
   * Whoever is not let in is told here; for the others the answer was no way to open an upload, or
   * it was wrong.
   */
  private boolean isThereByHead() throws MirrorFailure, InterruptedException {
    boolean opened = session != null;
    boolean there = isThere();
    if (there || !opened) {
      selfMounts.distrust(registry());
    }
    return there;
  }

  private Fate send() throws MirrorFailure, InterruptedException {
    RegistryWrites.Session opened = session != null ? session : writes.open(order.to());
    session = null;
    writes.upload(order.from(), order.blob(), order.size(), opened);
    known.seen(order.to(), order.blob());
    if (!looked && selfMounts.beginTrial(registry())) {
      tryRegistry();
    }
    return Fate.COPIED;
  }

  /** It has the blob now: whether it says so tells what its word was worth that it had it not. */
  private void tryRegistry() throws InterruptedException {
    try {
      RegistryWrites.Mount mount = mountFromItself();
      session = mount.session();
      if (mount.mounted()) {
        selfMounts.believe(registry());
      } else {
        selfMounts.distrust(registry());
      }
      discard();
    } catch (MirrorFailure e) {
      log.debug("{} is tried another time.", registry(), e);
    } finally {
      selfMounts.endTrial(registry());
    }
  }

  private void discard() throws InterruptedException {
    if (session != null) {
      writes.abandon(session);
      session = null;
    }
  }
}

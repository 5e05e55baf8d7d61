package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.FirstLook;
import io.imagetools.worker.engine.image.ImageNumber;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy for one job: blobs before their manifest, children before their index, the tag last. A
 * crash anywhere leaves nothing that a tag points to.
 */
final class ImageCopy {

  /** So many children are looked at in step; their manifests are in memory meanwhile. */
  private static final int STEP = 4;

  /** Nobody nests deeper; the registry says what is in what, and is not to keep a worker busy. */
  static final int MAX_DEPTH = 4;

  private static final Logger log = LoggerFactory.getLogger(ImageCopy.class);

  /**
   * What all copies share.
   *
   * @param reads asked for manifests of sources
   * @param writes takes manifests
   * @param blobs delivers them
   * @param transfers what is done at once is done there
   */
  record Parts(
      RegistryReads reads, RegistryWrites writes, BlobDelivery blobs, Transfers transfers) {}

  /**
   * A manifest on its way.
   *
   * @param number of the image in its index, from 1
   * @param to its tag or digest at the destination
   * @param parsed what it says
   * @param content its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Read at once and never compared.
  private record Manifest(int number, ImageReference to, ParsedManifest parsed, byte[] content) {}

  private final Parts parts;
  private final ImageReference destination;
  private final Repository source;
  private final Tally tally;
  private final Set<Digest> done = new HashSet<>();

  ImageCopy(Parts parts, MirrorJob job, Tally tally) {
    this.parts = parts;
    this.destination = job.destination();
    this.source = job.source().repository();
    this.tally = tally;
  }

  /** Copies one image under the tag. */
  void copy(Finding.OneImage image) throws MirrorFailure, InterruptedException {
    log.info("Copying {} to {}.", image.source(), destination);
    deliver(distributable(image.image()));
    pushOrRepair(new Manifest(1, destination, image.image(), image.served().content()));
  }

  /** Copies the wanted children, and pushes an index of them under the tag. */
  Digest copy(Finding.Index index) throws MirrorFailure, InterruptedException {
    ImageIndex wanted = index.wanted().index();
    log.info(
        "Copying {} of the {} images of {} to {}.",
        wanted.children().size(),
        index.all().children().size(),
        index.source(),
        destination);
    children(wanted.children(), 1);
    boolean whole = index.wanted().whole();
    byte[] bytes = whole ? index.served().content() : wanted.bytes();
    pushOrRepair(new Manifest(0, destination, wanted, bytes));
    return whole ? index.served().digest() : Digest.sha256(bytes);
  }

  private void children(List<Descriptor> children, int depth)
      throws MirrorFailure, InterruptedException {
    if (depth > MAX_DEPTH) {
      throw new MirrorFailure(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          destination + " would be an index of indexes more than " + MAX_DEPTH + " deep");
    }
    List<Descriptor> fresh = children.stream().filter(child -> done.add(child.digest())).toList();
    for (int first = 0; first < fresh.size(); first += STEP) {
      List<Descriptor> some = fresh.subList(first, Math.min(fresh.size(), first + STEP));
      few(some, first + 1, depth);
    }
  }

  /**
   * A few children in step: look, deliver, push. So many manifests are in memory at once. What
   * lacks the first lacks the others in all likelihood: they are not asked for then
   * (docs/adr/0033).
   */
  private void few(List<Descriptor> children, int firstNumber, int depth)
      throws MirrorFailure, InterruptedException {
    Queue<Manifest> missing = new ConcurrentLinkedQueue<>();
    List<Together.Task> looks = new ArrayList<>();
    Descriptor first = children.get(0);
    AtomicBoolean firstIsThere = new AtomicBoolean();
    ImageNumber.during(firstNumber, () -> firstIsThere.set(isThere(first)));
    for (Descriptor child : children) {
      int number = firstNumber + looks.size();
      looks.add(
          () ->
              ImageNumber.during(
                  number,
                  () -> {
                    if (firstIsThere.get() && (child.equals(first) || isThere(child))) {
                      unchanged(child);
                    } else {
                      missing.add(fetch(child, number));
                    }
                  }));
    }
    parts.transfers().manifests(looks);
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    for (Manifest manifest : missing) {
      if (manifest.parsed() instanceof ImageManifest image) {
        distributable(image).forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
      } else if (manifest.parsed() instanceof ImageIndex index) {
        ImageNumber.during(manifest.number(), () -> children(index.children(), depth + 1));
      }
    }
    deliver(List.copyOf(blobs.values()));
    push(missing);
  }

  private boolean isThere(Descriptor child) throws MirrorFailure, InterruptedException {
    return FirstLook.atDestination(parts.writes().reads())
        .head(destination.repository().pinned(child.digest()))
        .isPresent();
  }

  private void unchanged(Descriptor child) throws InterruptedException {
    log.info("Unchanged: {}.", child.shown());
    account(destination.repository().pinned(child.digest()));
  }

  /** A child as the source has it. */
  private Manifest fetch(Descriptor child, int number) throws MirrorFailure, InterruptedException {
    log.info("Copying {}.", child.shown());
    ImageReference from = source.pinned(child.digest());
    RegistryReads.Fetched served =
        parts.reads().get(from).orElseThrow(() -> Inspection.notFound(from));
    return new Manifest(
        number,
        destination.repository().pinned(child.digest()),
        Inspection.parse(from, served),
        served.content());
  }

  private void push(Collection<Manifest> manifests) throws MirrorFailure, InterruptedException {
    Queue<Manifest> refused = new ConcurrentLinkedQueue<>();
    List<Together.Task> pushes = new ArrayList<>();
    for (Manifest manifest : manifests) {
      pushes.add(
          () -> {
            if (!push(manifest)) {
              refused.add(manifest);
            }
          });
    }
    parts.transfers().manifests(pushes);
    for (Manifest manifest : refused) {
      repair(manifest);
    }
  }

  private boolean push(Manifest manifest) throws MirrorFailure, InterruptedException {
    return parts
        .writes()
        .putManifest(manifest.to(), manifest.parsed().mediaType(), manifest.content());
  }

  private void pushOrRepair(Manifest manifest) throws MirrorFailure, InterruptedException {
    if (!push(manifest)) {
      repair(manifest);
    }
  }

  /** A registry that lost something since it was seen there gets it once more. */
  private void repair(Manifest manifest) throws MirrorFailure, InterruptedException {
    log.info("{} lacks something that it said it had; looking once more.", destination.registry());
    parts.blobs().doubt(destination.registry());
    if (manifest.parsed() instanceof ImageIndex index) {
      index.children().forEach(child -> done.remove(child.digest()));
      children(index.children(), 1);
    } else if (manifest.parsed() instanceof ImageManifest image) {
      deliver(distributable(image));
    }
    if (!push(manifest)) {
      throw new MirrorFailure(
          FailureKind.REGISTRY_UNAVAILABLE,
          "Tried to push the manifest "
              + manifest.to()
              + " but "
              + destination.registry()
              + " says that it lacks a blob which it confirmed a moment before",
          destination.registry(),
          List.of(),
          null,
          null);
    }
  }

  /** Counts what is there. Not knowing how much that is is no reason to fail. */
  private void account(ImageReference manifest) throws InterruptedException {
    try {
      Optional<RegistryReads.Fetched> served = parts.writes().reads().get(manifest);
      if (served.isPresent()
          && ParsedManifest.parse(served.get().content(), served.get().mediaType())
              instanceof ImageManifest image) {
        for (Descriptor blob : distributable(image)) {
          parts.blobs().seen(manifest.repository(), blob.digest());
          tally.note(blob.digest(), blob.size(), Fate.SKIPPED);
        }
      }
    } catch (MirrorFailure | InvalidManifestException e) {
      log.debug("The blobs of {} are not counted.", manifest, e);
    }
  }

  private void deliver(List<Descriptor> blobs) throws MirrorFailure, InterruptedException {
    List<BlobDelivery.Order> orders =
        blobs.stream()
            .map(
                blob ->
                    new BlobDelivery.Order(
                        source, destination.repository(), blob.digest(), blob.size()))
            .toList();
    parts
        .blobs()
        .deliver(orders)
        .forEach((order, fate) -> tally.note(order.blob(), order.size(), fate));
  }

  /** Each blob once, without those that stay where they are. */
  private static List<Descriptor> distributable(ImageManifest image) {
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    for (Descriptor blob : image.blobs()) {
      if (!blob.isForeign()) {
        blobs.putIfAbsent(blob.digest(), blob);
      }
    }
    return List.copyOf(blobs.values());
  }
}

package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.ImageNumber;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy for one job: blobs before their manifest, children before their index, the tag last. A
 * crash anywhere leaves nothing that a tag points to.
 */
final class ImageCopy {

  /** Blobs of one image that are on their way at once. */
  static final int WIDTH = 4;

  /** Nobody nests deeper; the registry says what is in what, and is not to keep a worker busy. */
  static final int MAX_DEPTH = 4;

  private static final Logger log = LoggerFactory.getLogger(ImageCopy.class);

  /**
   * What all copies share.
   *
   * @param reads asked for manifests
   * @param writes takes manifests
   * @param blobs delivers them
   * @param threads that blobs are delivered on
   */
  record Parts(
      RegistryReads reads, RegistryWrites writes, BlobDelivery blobs, ExecutorService threads) {}

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
    deliver(image.image());
    push(destination, image.image(), image.served().content());
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
    int number = 0;
    for (Descriptor child : wanted.children()) {
      number++;
      ImageNumber.during(number, () -> child(child, 1));
    }
    boolean whole = index.wanted().whole();
    byte[] bytes = whole ? index.served().content() : wanted.bytes();
    push(destination, wanted, bytes);
    return whole ? index.served().digest() : Digest.sha256(bytes);
  }

  private void child(Descriptor child, int depth) throws MirrorFailure, InterruptedException {
    if (!done.add(child.digest())) {
      return;
    }
    ImageReference to = destination.repository().pinned(child.digest());
    if (parts.reads().head(to).isPresent()) {
      log.info("Unchanged: {}.", child.shown());
      account(to);
      return;
    }
    log.info("Copying {}.", child.shown());
    ImageReference from = source.pinned(child.digest());
    RegistryReads.Fetched served =
        parts.reads().get(from).orElseThrow(() -> Inspection.notFound(from));
    ParsedManifest manifest = Inspection.parse(from, served);
    if (manifest instanceof ImageIndex index) {
      nested(from, index, depth);
    } else {
      deliver((ImageManifest) manifest);
    }
    push(to, manifest, served.content());
  }

  private void nested(ImageReference from, ImageIndex index, int depth)
      throws MirrorFailure, InterruptedException {
    if (depth >= MAX_DEPTH) {
      throw new MirrorFailure(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          from + " is an index in an index, more than " + MAX_DEPTH + " deep");
    }
    for (Descriptor child : index.children()) {
      child(child, depth + 1);
    }
  }

  /** Counts what is there. Not knowing how much that is is no reason to fail. */
  private void account(ImageReference manifest) throws InterruptedException {
    try {
      Optional<RegistryReads.Fetched> served = parts.reads().get(manifest);
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

  private void deliver(ImageManifest image) throws MirrorFailure, InterruptedException {
    List<Together.Task> tasks =
        distributable(image).stream().map(blob -> (Together.Task) () -> deliver(blob)).toList();
    Together.run(parts.threads(), WIDTH, tasks);
  }

  private void deliver(Descriptor blob) throws MirrorFailure, InterruptedException {
    BlobDelivery.Order order =
        new BlobDelivery.Order(source, destination.repository(), blob.digest(), blob.size());
    tally.note(blob.digest(), blob.size(), parts.blobs().deliver(order));
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

  /** Pushes it; a registry that lost something since it was seen there gets it once more. */
  private void push(ImageReference to, ParsedManifest manifest, byte[] content)
      throws MirrorFailure, InterruptedException {
    if (parts.writes().putManifest(to, manifest.mediaType(), content)) {
      return;
    }
    log.info("{} lacks something that it said it had; looking once more.", destination.registry());
    if (manifest instanceof ImageIndex index) {
      for (Descriptor child : index.children()) {
        done.remove(child.digest());
        child(child, 1);
      }
    } else {
      deliver((ImageManifest) manifest);
    }
    if (!parts.writes().putManifest(to, manifest.mediaType(), content)) {
      throw new MirrorFailure(
          FailureKind.REGISTRY_UNAVAILABLE,
          "Tried to push the manifest "
              + to
              + " but "
              + to.registry()
              + " says that it lacks a blob which it confirmed a moment before",
          to.registry(),
          List.of(),
          null,
          null);
    }
  }
}

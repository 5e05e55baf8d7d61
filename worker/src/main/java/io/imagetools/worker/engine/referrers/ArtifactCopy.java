package io.imagetools.worker.engine.referrers;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.image.FirstLook;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.engine.manifest.Referrer;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies manifests with what they name from repository to repository, one after the other: what
 * refers to an image is small. Used by one thread.
 */
final class ArtifactCopy {

  private static final int MAX_DEPTH = 4;

  private final RegistryReads sources;
  private final RegistryWrites writes;
  private final Repository from;
  private final Repository to;
  private ByteCounts bytes = ByteCounts.NONE;

  ArtifactCopy(RegistryReads sources, RegistryWrites writes, Repository from, Repository to) {
    this.sources = sources;
    this.writes = writes;
    this.from = from;
    this.to = to;
  }

  /** What became of the blobs so far. */
  ByteCounts bytes() {
    return bytes;
  }

  /** Reads a referrer at the source; empty if it is listed there and is gone. */
  Optional<Fetched> fetch(Digest digest) throws MirrorFailure, InterruptedException {
    ImageReference source = from.pinned(digest);
    Optional<RegistryReads.Fetched> served = sources.get(source);
    if (served.isEmpty()) {
      return Optional.empty();
    }
    try {
      RegistryReads.Fetched bytes = served.get();
      return Optional.of(
          new Fetched(bytes, Referrer.parse(digest, bytes.content(), bytes.mediaType())));
    } catch (InvalidManifestException e) {
      throw new MirrorFailure(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          source
              + ", which refers to the image, can't be mirrored: "
              + e.getMessage()
              + ". Without --referrers the image can",
          from.registry(),
          List.of(),
          null,
          e);
    }
  }

  /**
   * A referrer on its way.
   *
   * @param served its bytes
   * @param referrer what they say
   */
  record Fetched(RegistryReads.Fetched served, Referrer referrer) {}

  /** Copies a referrer by its digest; true if the destination does not list it by itself. */
  boolean refer(Fetched fetched) throws MirrorFailure, InterruptedException {
    ImageReference target = to.pinned(fetched.served().digest());
    parts(fetched.referrer().manifest(), 1);
    RegistryWrites.Referral referral =
        writes.putReferrer(
            target, fetched.referrer().manifest().mediaType(), fetched.served().content());
    if (referral == RegistryWrites.Referral.LACKING) {
      throw lacking(target);
    }
    return referral == RegistryWrites.Referral.UNLISTED;
  }

  /** Copies a manifest under a tag. */
  void tag(Fetched fetched, ImageReference target) throws MirrorFailure, InterruptedException {
    parts(fetched.referrer().manifest(), 1);
    put(target, fetched.referrer().manifest(), fetched.served().content());
  }

  private void parts(ParsedManifest manifest, int depth)
      throws MirrorFailure, InterruptedException {
    if (manifest instanceof ImageManifest image) {
      blobs(image);
    } else if (manifest instanceof ImageIndex index) {
      children(index, depth);
    }
  }

  private void children(ImageIndex index, int depth) throws MirrorFailure, InterruptedException {
    if (depth > MAX_DEPTH) {
      throw new MirrorFailure(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          "What refers to the image in " + from + " is nested more than " + MAX_DEPTH + " deep");
    }
    for (Descriptor child : index.children()) {
      ImageReference target = to.pinned(child.digest());
      if (FirstLook.atDestination(writes.reads()).head(target).isEmpty()) {
        ImageReference source = from.pinned(child.digest());
        RegistryReads.Fetched served =
            sources.get(source).orElseThrow(() -> Inspection.notFound(source));
        ParsedManifest manifest = Inspection.parse(source, served);
        parts(manifest, depth + 1);
        put(target, manifest, served.content());
      }
    }
  }

  private void put(ImageReference target, ParsedManifest manifest, byte[] content)
      throws MirrorFailure, InterruptedException {
    if (!writes.putManifest(target, manifest.mediaType(), content)) {
      throw lacking(target);
    }
  }

  private MirrorFailure lacking(ImageReference target) {
    return new MirrorFailure(
        FailureKind.REGISTRY_UNAVAILABLE,
        "Tried to push the manifest "
            + target
            + " but "
            + to.registry()
            + " says that it lacks what it confirmed a moment before",
        to.registry(),
        List.of(),
        null,
        null);
  }

  private void blobs(ImageManifest image) throws MirrorFailure, InterruptedException {
    Set<Digest> seen = new HashSet<>();
    for (Descriptor blob : image.blobs()) {
      if (!blob.isForeign() && seen.add(blob.digest())) {
        bytes = bytes.plus(deliver(blob));
      }
    }
  }

  private ByteCounts deliver(Descriptor blob) throws MirrorFailure, InterruptedException {
    if (writes.hasBlob(to, blob.digest())) {
      return new ByteCounts(0, 0, blob.size());
    }
    RegistryWrites.Session session = null;
    if (from.registry().equals(to.registry())) {
      RegistryWrites.Mount mount = writes.mountIfItCan(to, blob.digest(), from);
      if (mount.mounted()) {
        return new ByteCounts(0, blob.size(), 0);
      }
      session = mount.session();
    }
    writes.upload(from, blob.digest(), blob.size(), session != null ? session : writes.open(to));
    return new ByteCounts(blob.size(), 0, 0);
  }
}

package io.imagetools.worker.engine.image;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.registry.RegistryReads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what an image runs on when nobody states it: its config does. */
final class PlatformLookup {

  /** A config larger than this is none (the largest seen had 100 KiB). */
  static final int MAX_CONFIG_BYTES = 4 << 20;

  private final RegistryReads registries;

  PlatformLookup(RegistryReads registries) {
    this.registries = registries;
  }

  /** What an image runs on; empty for an artifact, or a config that states nothing. */
  Optional<Platform> of(ImageReference source, ImageManifest image)
      throws MirrorFailure, InterruptedException {
    if (!image.isImage()) {
      return Optional.empty();
    }
    byte[] config = registries.blob(source.repository(), image.config().digest(), MAX_CONFIG_BYTES);
    try {
      return ImageManifest.platformOf(config);
    } catch (InvalidManifestException e) {
      return Optional.empty();
    }
  }

  /** The platforms of those children whose descriptors state none. */
  Map<Digest, List<Platform>> ofUnstated(ImageReference source, ImageIndex index)
      throws MirrorFailure, InterruptedException {
    Map<Digest, List<Platform>> found = new HashMap<>();
    for (Descriptor child : index.children()) {
      if (child.platform().isEmpty() && child.attested().isEmpty()) {
        found.put(child.digest(), of(source.at(child.digest())));
      }
    }
    return found;
  }

  private List<Platform> of(ImageReference child) throws MirrorFailure, InterruptedException {
    Optional<RegistryReads.Fetched> fetched = registries.get(child);
    if (fetched.isEmpty()) {
      return List.of();
    }
    try {
      ParsedManifest manifest =
          ParsedManifest.parse(fetched.get().content(), fetched.get().mediaType());
      return manifest instanceof ImageManifest image
          ? of(child, image).map(List::of).orElse(List.of())
          : ((ImageIndex) manifest).platforms();
    } catch (InvalidManifestException e) {
      return List.of();
    }
  }
}

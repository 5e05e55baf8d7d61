package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.registry.RegistryReads;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what became of blobs. Sizes come from the manifests as the destination serves them, after
 * the copy: at the source each of these requests could count against a quota.
 */
final class BlobAccount {

  private static final Logger log = LoggerFactory.getLogger(BlobAccount.class);

  private final RegistryReads registries;
  private final Repository destination;
  private final CopyLog copies;
  private final Set<Digest> counted = new HashSet<>();
  private ByteCounts sum = ByteCounts.NONE;

  BlobAccount(RegistryReads registries, Repository destination, CopyLog copies) {
    this.registries = registries;
    this.destination = destination;
    this.copies = copies;
  }

  /** Counts the blobs of these manifests, as far as the destination tells of them. */
  ByteCounts of(List<Digest> manifests) throws InterruptedException {
    for (Digest manifest : manifests) {
      try {
        Optional<RegistryReads.Fetched> fetched = registries.get(destination.pinned(manifest));
        if (fetched.isPresent()
            && ParsedManifest.parse(fetched.get().content(), fetched.get().mediaType())
                instanceof ImageManifest image) {
          image.blobs().forEach(this::count);
        }
      } catch (MirrorFailure | InvalidManifestException e) {
        // The image has arrived; not knowing how large it was is no reason to call that a failure.
        log.debug("The blobs of {} are not counted.", destination.pinned(manifest), e);
      }
    }
    return sum;
  }

  private void count(Descriptor blob) {
    if (!counted.add(blob.digest())) {
      return;
    }
    long bytes = blob.size();
    if (copies.sent(blob.digest())) {
      sum = sum.plus(new ByteCounts(bytes, 0, 0));
    } else if (copies.mounted(blob.digest())) {
      sum = sum.plus(new ByteCounts(0, bytes, 0));
    } else {
      sum = sum.plus(new ByteCounts(0, 0, bytes));
    }
  }
}

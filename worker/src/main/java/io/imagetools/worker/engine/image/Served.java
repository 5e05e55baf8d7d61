package io.imagetools.worker.engine.image;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryReads;
import java.util.List;
import java.util.Optional;

/** The last look: what the destination serves for the tag is what was meant. */
public final class Served {

  private Served() {}

  /**
   * Looks, and says by which digest it is served: the destination's algorithm may be another one.
   *
   * @throws MirrorFailure DIGEST_MISMATCH if it serves something else, or nothing
   */
  public static Digest require(RegistryReads registries, ImageReference destination, Digest meant)
      throws MirrorFailure, InterruptedException {
    Optional<RegistryReads.Head> served = registries.head(destination);
    if (served.isEmpty() || !isSame(registries, destination, served.get().digest(), meant)) {
      String what = served.map(head -> head.digest().toString()).orElse("nothing");
      throw mismatch(destination, "serves " + what + " instead of " + meant);
    }
    return served.get().digest();
  }

  /**
   * Whether what is served is what was meant. Digests of two algorithms say nothing of each other,
   * and a registry need not name a manifest by the one that its source does: then its bytes are
   * asked for.
   *
   * @param served what the registry says the reference is
   */
  public static boolean isSame(
      RegistryReads registries, ImageReference reference, Digest served, Digest meant)
      throws MirrorFailure, InterruptedException {
    if (served.algorithm().equals(meant.algorithm())) {
      return served.equals(meant);
    }
    return registries
        .get(reference.at(served))
        .filter(fetched -> meant.matches(fetched.content()))
        .isPresent();
  }

  /** A failure that says what the destination did instead. */
  public static MirrorFailure mismatch(ImageReference destination, String answer) {
    return new MirrorFailure(
        FailureKind.DIGEST_MISMATCH,
        "After the copy, " + destination + " " + answer,
        destination.registry(),
        List.of(),
        null,
        null);
  }
}

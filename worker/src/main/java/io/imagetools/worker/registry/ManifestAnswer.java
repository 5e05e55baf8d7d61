package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a manifest, or the head of one, out of an answer, and believes nothing it can verify. */
final class ManifestAnswer {

  private static final String DIGEST = "docker-content-digest";

  private ManifestAnswer() {}

  /** What the answer to a HEAD says; empty if it does not say enough. */
  static Optional<RegistryReads.Head> head(Query query, ImageReference reference, Answer answer)
      throws MirrorFailure {
    Digest stated = stated(answer);
    if (stated == null || answer.mediaType().isEmpty() || isWebPage(answer)) {
      return Optional.empty();
    }
    Digest meant = reference.digest();
    if (meant != null && !meant.equals(stated) && meant.algorithm().equals(stated.algorithm())) {
      throw mismatch(query, "says it has " + stated + " there");
    }
    return Optional.of(new RegistryReads.Head(meant != null ? meant : stated, answer.mediaType()));
  }

  /** The manifest in the answer to a GET. */
  static RegistryReads.Fetched fetched(Query query, ImageReference reference, Answer answer)
      throws MirrorFailure {
    if (isWebPage(answer)) {
      throw Refusals.odd(
          query,
          FailureKind.REGISTRY_UNAVAILABLE,
          "answered with a web page (" + ErrorBody.of(answer).words() + "): is it a registry?");
    }
    if (!answer.complete()) {
      throw Refusals.odd(
          query,
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          "has a manifest larger than 4 MiB there, which no other registry needs to take");
    }
    Digest stated = stated(answer);
    Digest meant = reference.digest() != null ? reference.digest() : stated;
    Digest digest = meant != null ? meant : Digest.sha256(answer.body());
    // A signed schema 1 manifest has the digest of a part of it; nobody copies those anyway.
    if (!MediaTypes.isSchema1(answer.mediaType()) && !digest.matches(answer.body())) {
      throw mismatch(
          query,
          "sent "
              + answer.body().length
              + " bytes of "
              + Digest.sha256(answer.body())
              + " for "
              + digest);
    }
    return new RegistryReads.Fetched(digest, answer.mediaType(), answer.body());
  }

  private static MirrorFailure mismatch(Query query, String what) {
    return Refusals.odd(query, FailureKind.DIGEST_MISMATCH, what);
  }

  private static boolean isWebPage(Answer answer) {
    return answer.mediaType().equals("text/html");
  }

  private static @Nullable Digest stated(Answer answer) {
    try {
      return Digest.parse(answer.header(DIGEST));
    } catch (InvalidReferenceException e) {
      return null; // Not there, or nonsense: then the bytes are asked.
    }
  }
}

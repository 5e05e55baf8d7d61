package io.imagetools.worker.engine.referrers;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Tag;
import java.util.List;
import java.util.stream.Stream;

/** The tags that stand for what refers to a digest, where registries know no better way. */
final class DigestTags {

  /** OCI distribution specification, "Referrers Tag Schema". */
  private static final int MAX_ALGORITHM = 32;

  private static final int MAX_HEX = 64;

  private DigestTags() {}

  /** The tag of the index of referrers. */
  static Tag list(Digest subject) {
    return new Tag(cut(subject.algorithm(), MAX_ALGORITHM) + "-" + cut(subject.hex(), MAX_HEX));
  }

  /**
   * Cosign's tags (cosign, "Signature Specification", "Tag-based Discovery"); none for digests that
   * are too long for one.
   */
  static List<Tag> cosign(Digest subject) {
    return subject.hex().length() > MAX_HEX
        ? List.of()
        : Stream.of(".sig", ".att", ".sbom")
            .map(suffix -> new Tag(list(subject) + suffix))
            .toList();
  }

  private static String cut(String text, int length) {
    return text.substring(0, Math.min(text.length(), length));
  }
}

package io.imagetools.testing;

import java.util.List;
import java.util.Optional;

/**
 * A manifest that was pushed, with all below it.
 *
 * @param digest of its bytes, {@code sha256:…}
 * @param size of its bytes
 * @param platform as its descriptor states it; absent for an index
 * @param blobs digests of the config and then the layers; empty for an index
 * @param children of an index, in its order; empty for an image of one platform
 */
public record PushedManifest(
    String mediaType,
    String digest,
    long size,
    Optional<CorpusPlatform> platform,
    List<String> blobs,
    List<PushedManifest> children) {

  /** Copies the lists. */
  public PushedManifest {
    blobs = List.copyOf(blobs);
    children = List.copyOf(children);
  }
}

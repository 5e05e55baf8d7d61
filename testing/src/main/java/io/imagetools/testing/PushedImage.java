package io.imagetools.testing;

import java.util.List;

/**
 * An image that a tag names.
 *
 * @param host as {@code 127.0.0.1:PORT}
 * @param manifest what the tag points to
 */
public record PushedImage(String host, String repository, String tag, PushedManifest manifest) {

  /** Digest that the tag points to. */
  public String digest() {
    return manifest.digest();
  }

  /** {@code host/repository:tag}. */
  public String reference() {
    return host + "/" + repository + ":" + tag;
  }

  /** Children of an index, in its order; empty for an image of one platform. */
  public List<PushedManifest> children() {
    return manifest.children();
  }

  /**
   * The child whose {@link CorpusPlatform#toString} is this text.
   *
   * @throws IllegalArgumentException if there is none
   */
  public PushedManifest child(String platform) {
    return children().stream()
        .filter(child -> child.platform().map(CorpusPlatform::toString).orElse("").equals(platform))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(reference() + " has no " + platform));
  }
}

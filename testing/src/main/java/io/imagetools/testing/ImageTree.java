package io.imagetools.testing;

import java.util.List;

/**
 * An image as a registry serves it, every part of it read and checked.
 *
 * @param annotations of the manifest, and for a child those of its descriptor, as JSON; empty if
 *     there are none
 * @param platform of a child's descriptor as JSON; empty if there is none
 * @param blobs digests of the config and then the layers
 * @param children of an index, in its order
 */
public record ImageTree(
    String mediaType,
    String digest,
    String annotations,
    String platform,
    List<String> blobs,
    List<ImageTree> children) {

  /** Copies the lists. */
  public ImageTree {
    blobs = List.copyOf(blobs);
    children = List.copyOf(children);
  }

  /** Digests of the children, in the order of the index. */
  public List<String> childDigests() {
    return children.stream().map(ImageTree::digest).toList();
  }
}

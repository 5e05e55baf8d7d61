package io.imagetools.common.imagelist;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Tag;

/**
 * An image as a list names it. Next to the full reference it keeps the path as it was written,
 * because an override of the registry keeps that one: {@code nginx} under {@code
 * harbor.example.org} is {@code harbor.example.org/nginx}, although on Docker Hub it is {@code
 * library/nginx}.
 *
 * @param reference completed to a full reference
 * @param path as it stands in the list, without registry, tag and digest
 */
public record WrittenImage(ImageReference reference, String path) {

  /**
   * Reads {@code [REGISTRY/]PATH[:TAG][@DIGEST]}; without tag and digest it is {@code latest}.
   *
   * @throws InvalidReferenceException if a part is not what its grammar allows
   */
  public static WrittenImage parse(String text) {
    ImageReference reference = ImageReference.parse(text);
    String name = text.substring(0, endOfName(text));
    // The registry is taken off as it was written: it may have another name in the reference.
    int slash = name.indexOf('/');
    boolean named = slash > 0 && Registry.looksLikeOne(name.substring(0, slash));
    return new WrittenImage(reference, named ? name.substring(slash + 1) : name);
  }

  /** Whether a text says more than registry and path: a tag, a digest, or both. */
  static boolean hasTagOrDigest(String text) {
    return endOfName(text) < text.length();
  }

  private static int endOfName(String text) {
    int at = text.indexOf('@');
    int end = at < 0 ? text.length() : at;
    int colon = text.substring(0, end).indexOf(':', text.lastIndexOf('/', end) + 1);
    return colon < 0 ? end : colon;
  }

  /** The same name with a tag, and without a digest. */
  public WrittenImage tagged(Tag tag) {
    return new WrittenImage(reference.repository().tagged(tag), path);
  }
}

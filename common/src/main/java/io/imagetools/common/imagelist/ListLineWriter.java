package io.imagetools.common.imagelist;

import io.imagetools.common.image.ImageReference;

/** Writes what {@link ImageListParser} reads back as the same. Stateless. */
public final class ListLineWriter {

  private ListLineWriter() {}

  /**
   * One line, fully qualified: {@code SOURCE DEST TAG} if source and destination have the same tag
   * and there is no digest, else {@code SOURCE[:TAG][@DIGEST] DEST:TAG}.
   *
   * @param destination with a tag
   * @throws NullPointerException if the destination has no tag
   */
  public static String line(ImageReference source, ImageReference destination) {
    if (source.digest() == null && destination.requireTag().equals(source.tag())) {
      return source.repository() + " " + destination.repository() + " " + source.tag();
    }
    return source + " " + destination.repository().tagged(destination.requireTag());
  }
}

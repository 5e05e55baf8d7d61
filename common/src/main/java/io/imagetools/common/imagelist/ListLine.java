package io.imagetools.common.imagelist;

import org.jspecify.annotations.Nullable;

/** One line of an image list. Lines are counted from 1; the text is what stood there, exactly. */
public sealed interface ListLine {

  /** Counted from 1. */
  int number();

  /** The line without its line end. */
  String text();

  /** An empty or blank line. */
  record Blank(int number, String text) implements ListLine {}

  /** A line whose first non-blank characters are {@code #} or {@code //}. */
  record Comment(int number, String text) implements ListLine {}

  /**
   * A line that names an image.
   *
   * @param source as it stands in the list, completed to a full reference
   * @param destination likewise, always with a tag and without a digest; null for the one-field
   *     form, which needs a destination registry: then it is the source's path and tag there
   */
  record Entry(int number, String text, WrittenImage source, @Nullable WrittenImage destination)
      implements ListLine {}

  /**
   * Anything else. It is kept: it goes into the failed list as it stands.
   *
   * @param text what stood there; of a line beyond {@link ImageListParser#MAX_KEPT_BYTES} only its
   *     beginning, and bytes that are not UTF-8 have become U+FFFD
   * @param reason a sentence for a person
   */
  record Malformed(int number, String text, String reason) implements ListLine {}
}

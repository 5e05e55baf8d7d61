package io.imagetools.common.image;

import java.util.regex.Pattern;

/**
 * A tag, by the grammar of the OCI distribution specification ("Pulling manifests").
 *
 * @param value at most 128 characters
 */
public record Tag(String value) {

  private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /** What a reference without tag and digest means. Below the grammar, which checks it. */
  public static final Tag LATEST = new Tag("latest");

  /**
   * Validates the tag.
   *
   * @throws InvalidReferenceException if the grammar does not allow it
   */
  public Tag {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new InvalidReferenceException("'" + Shown.of(value) + "' is not a tag");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}

package io.imagetools.common.image;

import java.util.regex.Pattern;

/**
 * A repository in a registry.
 *
 * @param registry where it is
 * @param path its name there, by the grammar of the OCI distribution specification; a one-component
 *     path on Docker Hub is {@code library/…}, as every docker tool reads it
 */
public record Repository(Registry registry, String path) {

  private static final int MAX_LENGTH = 255;
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");

  /**
   * Validates the path and completes it on Docker Hub.
   *
   * @throws InvalidReferenceException if the grammar does not allow the path
   */
  public Repository {
    if (path.length() > MAX_LENGTH || !GRAMMAR.matcher(path).matches()) {
      throw new InvalidReferenceException(
          "'"
              + Shown.of(path)
              + "' is not a repository name (lower case letters, digits, '/', and '.', '_', '-'"
              + " between them)");
    }
    if (registry.equals(Registry.DOCKER_HUB) && path.indexOf('/') < 0) {
      path = "library/" + path;
    }
  }

  /** This repository's image under a tag. */
  public ImageReference tagged(Tag tag) {
    return new ImageReference(this, tag, null);
  }

  /** This repository's manifest of that digest. */
  public ImageReference pinned(Digest digest) {
    return new ImageReference(this, null, digest);
  }

  @Override
  public String toString() {
    return registry + "/" + path;
  }
}

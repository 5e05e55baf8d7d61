package io.imagetools.producer.plan;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.imagelist.WrittenImage;

/**
 * The value of {@code -s} or {@code -d}: replaces the registry of a reference and keeps its path.
 * Applied to what it has made itself, it changes nothing.
 *
 * @param registry goes in place of the one in the list
 * @param prefix is put before the path; without slashes at its ends, empty if there is none
 */
public record RegistryOverride(Registry registry, String prefix) {

  /**
   * Validates the prefix.
   *
   * @throws InvalidReferenceException if it can't be the beginning of a path
   */
  public RegistryOverride {
    if (!prefix.isEmpty()) {
      // Refuses what the grammar does not allow.
      new Repository(registry, prefix);
    }
  }

  /**
   * Reads {@code HOST[:PORT][/PREFIX]}; a slash at the end does not matter.
   *
   * @throws IllegalArgumentException if it is something else; the message is a sentence
   */
  public static RegistryOverride parse(String text) {
    if (text.contains("://")) {
      throw new IllegalArgumentException(
          "A registry is HOST[:PORT][/PREFIX], without a scheme such as https://.");
    }
    if (text.contains("@")) {
      // The text may hold a password, so the message does not repeat it.
      throw new IllegalArgumentException(
          "A registry is HOST[:PORT][/PREFIX], without a user before it: set DOCKER_USERNAME and"
              + " DOCKER_PASSWORD, or log in to it.");
    }
    String whole = text.strip().replaceAll("/+$", "");
    int slash = whole.indexOf('/');
    String host = slash < 0 ? whole : whole.substring(0, slash);
    String prefix = slash < 0 ? "" : whole.substring(slash + 1);
    try {
      Registry registry = new Registry(host);
      requireReadAsRegistry(registry);
      return new RegistryOverride(registry, prefix);
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(
          "A registry is HOST[:PORT][/PREFIX], but " + e.getMessage() + ".", e);
    }
  }

  /** A bare word would be read as the first part of a path on Docker Hub, by us and by skopeo. */
  private static void requireReadAsRegistry(Registry registry) {
    if (!ImageReference.parse(registry + "/path").registry().equals(registry)) {
      throw new IllegalArgumentException(
          "'%s' has neither a dot nor a port, so it is read as a path on docker.io: write '%s:443' if it is a host, or 'docker.io/%s'."
              .formatted(registry, registry, registry));
    }
  }

  /**
   * Where an image of the list is with this override.
   *
   * @throws InvalidReferenceException if prefix and path together are too long
   */
  public Repository applyTo(WrittenImage image) {
    return new Repository(registry, isMine(image) ? image.path() : before(image.path()));
  }

  private boolean isMine(WrittenImage image) {
    return image.reference().registry().equals(registry) && image.path().startsWith(before(""));
  }

  private String before(String path) {
    return prefix.isEmpty() ? path : prefix + "/" + path;
  }

  /** The inverse of {@link #parse}. */
  @Override
  public String toString() {
    return prefix.isEmpty() ? registry.toString() : registry + "/" + prefix;
  }
}

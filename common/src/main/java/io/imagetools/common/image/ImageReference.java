package io.imagetools.common.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A manifest in a repository, by tag, by digest, or by both (then the digest decides and the tag is
 * a name for people). Fully qualified: {@link #parse} and {@link #toString} are inverses.
 *
 * @param repository where
 * @param tag null if there is none; then there is a digest
 * @param digest null if there is none; then there is a tag
 */
public record ImageReference(Repository repository, @Nullable Tag tag, @Nullable Digest digest) {

  /** Refuses a reference with neither tag nor digest. */
  public ImageReference {
    if (tag == null && digest == null) {
      throw new InvalidReferenceException(
          repository + " has neither tag nor digest: add ':latest' if that is what you mean");
    }
  }

  /**
   * Reads {@code [REGISTRY/]PATH[:TAG][@DIGEST]}. Without a registry it is Docker Hub, without tag
   * and digest it is {@code latest}.
   *
   * @throws InvalidReferenceException if a part is not what its grammar allows
   */
  public static ImageReference parse(String text) {
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    Tag tag = null;
    int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    if (colon >= 0) {
      tag = new Tag(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    if (tag == null && digest == null) {
      tag = Tag.LATEST;
    }
    int slash = rest.indexOf('/');
    if (slash > 0 && Registry.looksLikeOne(rest.substring(0, slash))) {
      Registry registry = new Registry(rest.substring(0, slash));
      return new ImageReference(new Repository(registry, rest.substring(slash + 1)), tag, digest);
    }
    return new ImageReference(new Repository(Registry.DOCKER_HUB, rest), tag, digest);
  }

  /** The registry of the repository. */
  public Registry registry() {
    return repository.registry();
  }

  /** This reference pinned to a digest, without its tag. */
  public ImageReference at(Digest other) {
    return repository.pinned(other);
  }

  /**
   * The tag of a reference that must have one, as every destination does.
   *
   * @throws NullPointerException if there is none
   */
  public Tag requireTag() {
    return Objects.requireNonNull(tag, () -> this + " has no tag");
  }

  /** What the distribution API calls the {@code <reference>}: the digest if there is one. */
  public String manifestReference() {
    return digest != null ? digest.toString() : requireTag().toString();
  }

  @Override
  public String toString() {
    return repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}

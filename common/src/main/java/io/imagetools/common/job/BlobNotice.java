package io.imagetools.common.job;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a worker tells the others of a blob at a destination.
 *
 * @param registry of the destination
 * @param blob which
 * @param state what is said of it
 * @param repositories of that registry that have it; none while it is only being sent
 * @param claim names the right to send it that this is about: letters, digits and hyphens
 * @param worker who says so
 * @param at when
 */
public record BlobNotice(
    Registry registry,
    Digest blob,
    State state,
    List<Repository> repositories,
    String claim,
    String worker,
    Instant at) {

  /** More places to mount a blob from are of no use. */
  public static final int MOST_REPOSITORIES = 4;

  private static final Pattern CLAIM = Pattern.compile("[a-zA-Z0-9-]{1,64}");

  /** What is said of a blob. */
  public enum State {
    /** The worker sends it, or is about to; said again and again as long as it does. */
    SENDING,
    /** These repositories have it. */
    THERE,
    /** The worker sends it no longer, and it is not there. */
    GIVEN_UP
  }

  /**
   * Validates, and copies the list.
   *
   * @throws IllegalArgumentException if the repositories are too many, of another registry, or do
   *     not fit the state, or if that is no name of a claim
   */
  public BlobNotice {
    repositories = List.copyOf(repositories);
    if (repositories.size() > MOST_REPOSITORIES) {
      throw new IllegalArgumentException("at most " + MOST_REPOSITORIES + " repositories are told");
    }
    if (!repositories.stream().allMatch(place -> place.registry().equals(registry))) {
      throw new IllegalArgumentException("the repositories are all in one registry");
    }
    if ((state == State.THERE) == repositories.isEmpty()) {
      throw new IllegalArgumentException(
          "a blob that is THERE is in a repository, and any other is in none");
    }
    if (!CLAIM.matcher(claim).matches()) {
      throw new IllegalArgumentException("a claim is named by 1 to 64 letters, digits and hyphens");
    }
  }
}

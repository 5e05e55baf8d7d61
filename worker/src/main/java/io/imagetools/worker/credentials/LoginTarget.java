package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.util.Comparator;

/**
 * What a login is for: a repository, a part of a registry, or all of it.
 *
 * @param registry where it is shown
 * @param path of the repository or part, {@code team} or {@code team/app}; empty: all of it
 */
public record LoginTarget(Registry registry, String path) implements Comparable<LoginTarget> {

  private static final Comparator<LoginTarget> ORDER =
      Comparator.comparing(LoginTarget::registry).thenComparing(LoginTarget::path);

  /** All of a registry. */
  public static LoginTarget of(Registry registry) {
    return new LoginTarget(registry, "");
  }

  /** A repository. */
  public static LoginTarget of(Repository repository) {
    return new LoginTarget(repository.registry(), repository.path());
  }

  @Override
  public int compareTo(LoginTarget other) {
    return ORDER.compare(this, other);
  }

  /** {@code quay.io} or {@code quay.io/team}. */
  @Override
  public String toString() {
    return path.isEmpty() ? registry.toString() : registry + "/" + path;
  }
}

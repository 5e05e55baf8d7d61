package io.imagetools.worker.credentials;

import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.Optional;
import java.util.Set;

/** Where the engine gets the credentials that programs need, in the form of an auth file. */
@FunctionalInterface
public interface AuthFileSource {

  /** Knows no credentials. */
  AuthFileSource NONE = repositories -> Optional.empty();

  /**
   * The text of an auth file (containers-auth.json(5)) with the credentials for these repositories
   * and no others; empty if there are none. A registry whose repositories here all have the same
   * credential stands under its host; otherwise each of them that has one stands under its own
   * name, which skopeo reads and buildx does not: for buildx, ask for one repository.
   */
  Optional<String> authFile(Set<Repository> repositories)
      throws MirrorFailure, InterruptedException;
}

package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.Optional;
import java.util.Set;

/** Where the engine gets the credentials that programs need, in the form of an auth file. */
@FunctionalInterface
public interface AuthFileSource {

  /** Knows no credentials. */
  AuthFileSource NONE = registries -> Optional.empty();

  /**
   * The text of an auth file (containers-auth.json(5)) with the credentials for these registries
   * and no others; empty if there are none.
   */
  Optional<String> authFile(Set<Registry> registries) throws MirrorFailure, InterruptedException;
}

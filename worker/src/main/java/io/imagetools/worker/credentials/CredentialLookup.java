package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.Optional;

/** Finds what one logs in to a registry with. Implementations are thread-safe. */
@FunctionalInterface
public interface CredentialLookup {

  /** Knows none. */
  CredentialLookup NONE = registry -> Optional.empty();

  /**
   * The credential for a registry; empty if there is none.
   *
   * @throws MirrorFailure if a credential helper that is in charge of the registry fails
   * @throws InterruptedException if the thread was interrupted; no helper runs on
   */
  Optional<Credential> find(Registry registry) throws MirrorFailure, InterruptedException;
}

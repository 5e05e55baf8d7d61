package io.imagetools.worker.credentials;

import io.imagetools.worker.engine.MirrorFailure;
import java.util.Optional;

/** Finds what one logs in with. Implementations are thread-safe. */
@FunctionalInterface
public interface CredentialLookup {

  /** Knows none. */
  CredentialLookup NONE = target -> Optional.empty();

  /**
   * The credential for a repository, a part of a registry or all of it; empty if there is none. Of
   * those in one file, one for a longer path counts before one for a shorter.
   *
   * @throws MirrorFailure if a credential helper that is in charge of the registry fails
   * @throws InterruptedException if the thread was interrupted; no helper runs on
   */
  Optional<Credential> find(LoginTarget target) throws MirrorFailure, InterruptedException;
}

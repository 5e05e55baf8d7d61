package io.imagetools.worker.registry;

import io.imagetools.common.job.FailureKind;

/** Whether one gets into a registry. */
public sealed interface RegistryAccess {

  /** The answers that need no words. */
  enum Known implements RegistryAccess {
    /** It wants no login. */
    OPEN,
    /** It accepts the credential there is for it. */
    CREDENTIALS_ACCEPTED,
    /**
     * It knows logins, and there is none for it. Many such registries let anybody read, so that is
     * no failure at a source.
     */
    CREDENTIALS_MISSING,
    /** It does not accept the credential there is for it. */
    CREDENTIALS_WRONG
  }

  /**
   * It could not be asked, or is no registry.
   *
   * @param kind what that is
   * @param sentence why
   */
  record Unreachable(FailureKind kind, String sentence) implements RegistryAccess {}
}

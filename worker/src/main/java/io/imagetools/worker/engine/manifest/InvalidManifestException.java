package io.imagetools.worker.engine.manifest;

/** A manifest that is not what its specification says. The message is for a person. */
public final class InvalidManifestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unsupported;

  private InvalidManifestException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  static InvalidManifestException malformed(String message) {
    return new InvalidManifestException(message, false);
  }

  static InvalidManifestException unsupported(String message) {
    return new InvalidManifestException(message, true);
  }

  /** Whether it is well-formed, of a kind that is not handled here. */
  public boolean isUnsupported() {
    return unsupported;
  }
}

package io.imagetools.common.image;

/** A text that is not what the OCI distribution grammar allows. The message is for a person. */
public final class InvalidReferenceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidReferenceException(String message) {
    super(message);
  }
}

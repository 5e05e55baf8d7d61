package io.imagetools.testing;

/** A part of an image is missing, or is not what its digest, size or media type says. */
public final class IncompleteImageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  IncompleteImageException(String message) {
    super(message);
  }
}

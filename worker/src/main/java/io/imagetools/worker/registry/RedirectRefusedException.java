package io.imagetools.worker.registry;

import java.io.IOException;

/** A redirect that is not followed. The message is the end of a sentence about the server. */
final class RedirectRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  RedirectRefusedException(String message) {
    super(message);
  }
}

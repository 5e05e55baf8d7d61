package io.imagetools.worker.registry;

import java.io.IOException;

/** What the source sent is not the blob. The message is the end of a sentence. */
final class OtherBytesException extends IOException {
  private static final long serialVersionUID = 1L;

  OtherBytesException(String message) {
    super(message);
  }
}

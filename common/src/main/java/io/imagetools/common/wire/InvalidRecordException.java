package io.imagetools.common.wire;

import org.jspecify.annotations.Nullable;

/** A record that is not what its topic is for. The message is a sentence for a person. */
public final class InvalidRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidRecordException(String message) {
    super(message);
  }

  InvalidRecordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.imagetools.worker.registry;

import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;

/** Carries why a source sends no more through the one that writes what it sends. */
final class SourceException extends IOException {
  private static final long serialVersionUID = 1L;

  SourceException(MirrorFailure why) {
    super(why);
  }

  SourceException(InterruptedException why) {
    super(why);
  }

  /** Throws what it carries. */
  MirrorFailure unwrap() throws InterruptedException {
    if (getCause() instanceof MirrorFailure failure) {
      return failure;
    }
    InterruptedException e = new InterruptedException("the transfer was given up");
    e.initCause(this);
    throw e;
  }
}

package io.imagetools.worker.registry;

import java.io.IOException;
import java.nio.file.Path;

/** A folder with certificates for a registry that can't be used. */
final class CertFolderException extends IOException {
  private static final long serialVersionUID = 1L;

  CertFolderException(Path file, String what) {
    super(file + " " + what);
  }

  CertFolderException(Path file, String what, Throwable cause) {
    super(file + " " + what, cause);
  }
}

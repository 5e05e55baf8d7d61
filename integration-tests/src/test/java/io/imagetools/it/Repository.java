package io.imagetools.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this project's files are, wherever the tests are started. */
final class Repository {

  private Repository() {}

  /** The folder of the launcher. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("image-tools"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("the tests run outside of the project");
      }
      folder = parent;
    }
    return folder;
  }
}

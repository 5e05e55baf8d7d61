package io.imagetools.common.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * Which files of a folder that others write to as well, {@code /tmp}, are this process's user's. Of
 * the others none may be deleted by its name: root would delete whatever another user has put in
 * the place of what it looked at. Thread-safe.
 */
public final class OwnFiles {
  private OwnFiles() {}

  /**
   * Whether it belongs to the user that this process runs as; a symbolic link is looked at itself.
   * False where the system does not say.
   */
  public static boolean contain(Path file) {
    try {
      return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(me());
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static UserPrincipal me() throws IOException {
    Path process = Path.of("/proc/self");
    return Files.getOwner(
        Files.exists(process) ? process : Path.of(System.getProperty("user.home")));
  }
}

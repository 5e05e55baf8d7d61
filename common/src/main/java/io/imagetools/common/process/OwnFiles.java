package io.imagetools.common.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

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

  /**
   * Deletes a file, or a folder with all that is in it; links are not followed. What somebody else
   * deletes meanwhile is passed over.
   */
  public static void delete(Path path) throws IOException {
    Files.walkFileTree(path, new Deletion());
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}

package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.process.OwnFiles;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.TemporaryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for one run of a program: 0700, what is in it 0600, gone when the run is. Secrets do not
 * even last that long: the program gets them as its standard input, and the runner deletes the file
 * right after the start. Made when first needed; most runs need none. What a killed process leaves,
 * the start of the next one deletes.
 */
final class Workspace implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Workspace.class);

  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path parent;
  private @Nullable Path folder;

  Workspace(Path parent) {
    this.parent = parent;
  }

  /** The folder itself. */
  Path folder() throws MirrorFailure {
    Path made = folder;
    if (made != null) {
      return made;
    }
    try {
      made = Files.createTempDirectory(parent, TemporaryFiles.prefix(), FOLDER);
      folder = made;
      return made;
    } catch (IOException e) {
      throw failure("make a folder in " + parent, e);
    }
  }

  /** Writes a file, by its name in the folder. */
  Path write(String name, byte[] content) throws MirrorFailure {
    Path file = folder().resolve(name);
    try {
      Files.createFile(file, FILE);
      Files.write(file, content, StandardOpenOption.WRITE);
      return file;
    } catch (IOException e) {
      throw failure("write " + file, e);
    }
  }

  /** Writes a file, by its name in the folder. */
  Path write(String name, String content) throws MirrorFailure {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a folder in the folder. */
  Path makeFolder(String name) throws MirrorFailure {
    Path made = folder().resolve(name);
    try {
      return Files.createDirectory(made, FOLDER);
    } catch (IOException e) {
      throw failure("make " + made, e);
    }
  }

  /** Makes a symbolic link in the folder. */
  void link(Path from, Path to) throws MirrorFailure {
    try {
      Files.createSymbolicLink(from, to);
    } catch (IOException e) {
      throw failure("make the link " + from, e);
    }
  }

  private static MirrorFailure failure(String what, IOException e) {
    return new MirrorFailure(
        FailureKind.WORKER_RESOURCES,
        "Could not " + what + ": " + reason(e) + ". Free some space there, or set TMPDIR.",
        null,
        List.of(),
        null,
        e);
  }

  /** The messages of some exceptions are the mere path. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "this user may not";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such folder";
    }
    String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  @Override
  public void close() {
    Path made = folder;
    if (made == null) {
      return;
    }
    try {
      OwnFiles.delete(made);
    } catch (IOException e) {
      log.warn("Could not delete {}; delete it by hand.", made, e);
    }
  }
}

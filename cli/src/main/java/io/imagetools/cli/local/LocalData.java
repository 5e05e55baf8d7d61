package io.imagetools.cli.local;

import io.imagetools.common.job.ByteSize;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.OwnFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of an embedded broker: gone with the process, or when the next one sees it left. */
public final class LocalData implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalData.class);

  /** About 20,000 jobs with their results; a broker without room ends in the middle of a run. */
  private static final long LEAST_ROOM = 32L << 20;

  private static final String PREFIX = "image-tools-broker-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-.*");

  private final Path folder;

  private LocalData(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a new one, and deletes those of processes that are no more.
   *
   * @param parent the folder for temporary files
   * @throws EnvironmentException if none can be made, or there is too little room
   */
  public static LocalData in(Path parent) {
    deleteAbandoned(parent);
    try {
      requireRoom(parent);
      return new LocalData(
          Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
    } catch (IOException e) {
      throw new EnvironmentException(
          "Could not make a folder for the embedded broker in "
              + parent
              + ": "
              + e.getMessage()
              + ". Make room there, or set TMPDIR to a folder that can be written to.",
          e);
    }
  }

  private static void requireRoom(Path parent) throws IOException {
    FileStore store = Files.getFileStore(parent);
    long room = store.getUsableSpace();
    if (room < LEAST_ROOM && store.getTotalSpace() > 0) { // some file systems do not tell
      throw new EnvironmentException(
          "Only "
              + ByteSize.of(room)
              + " are free in "
              + parent
              + ", and the embedded broker needs "
              + ByteSize.of(LEAST_ROOM)
              + ". Make room there, or set TMPDIR to another folder. Nothing was mirrored.");
    }
  }

  private static void deleteAbandoned(Path parent) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        if (name.matches() && !isAlive(name.group(1)) && OwnFiles.contain(folder)) {
          delete(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("Could not look for folders left by earlier processes in {}.", parent, e);
    }
  }

  private static boolean isAlive(String pid) {
    try {
      return ProcessHandle.of(Long.parseLong(pid)).isPresent();
    } catch (NumberFormatException e) {
      return true;
    }
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static void delete(Path folder) {
    try {
      OwnFiles.delete(folder);
    } catch (IOException e) {
      LOG.debug("Could not delete {}; the next process tries again.", folder, e);
    }
  }
}

package io.imagetools.cli.command;

import io.imagetools.common.imagelist.ImageListParser;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.process.EnvironmentException;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the lines come from. A list is read whole before anything is written, so that a failed list
 * may be input and output of the same command.
 *
 * @param file null or {@code -}: standard input
 */
record ListSource(@Nullable String file) {
  private static final String STANDARD_INPUT = "-";

  /**
   * All lines.
   *
   * @throws EnvironmentException if they can't be read, or nothing stands in them, no comment
   *     either: then what should have written the list has failed, or nobody gave one
   */
  List<ListLine> read(InputStream standardInput) {
    List<ListLine> lines = readAll(standardInput);
    if (lines.stream().allMatch(ListLine.Blank.class::isInstance)) {
      throw new EnvironmentException(
          name()
              + " is empty: see whether what should have written it has failed, or give another"
              + " one to -f. Nothing was mirrored.");
    }
    return lines;
  }

  private boolean isStandardInput() {
    return file == null || file.equals(STANDARD_INPUT);
  }

  private String name() {
    return "The image list " + (isStandardInput() ? "on standard input" : file);
  }

  private List<ListLine> readAll(InputStream standardInput) {
    try {
      if (file == null || isStandardInput()) {
        return ImageListParser.read(new BufferedInputStream(standardInput));
      }
      Path path = Path.of(file);
      if (Files.isDirectory(path)) {
        throw new EnvironmentException(
            "The image list '" + path + "' is a folder: give a file to -f. Nothing was mirrored.");
      }
      if (Files.notExists(path)) {
        throw new NoSuchFileException(file);
      }
      if (!Files.isReadable(path)) {
        throw new AccessDeniedException(file);
      }
      try (InputStream in = new BufferedInputStream(new FileInputStream(path.toFile()))) {
        return ImageListParser.read(in);
      }
    } catch (IOException | InvalidPathException e) {
      throw Words.unreadable(name(), e, "Nothing was mirrored.");
    }
  }
}

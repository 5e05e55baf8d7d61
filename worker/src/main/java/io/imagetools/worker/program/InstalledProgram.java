package io.imagetools.worker.program;

import java.nio.file.Path;

/**
 * A program that is there and new enough.
 *
 * @param program which one
 * @param path its file, absolute
 * @param version what it says of itself
 */
public record InstalledProgram(KnownProgram program, Path path, Version version) {

  /** Its file as the first element of an argument list. */
  public String command() {
    return path.toString();
  }

  @Override
  public String toString() {
    return program.displayName() + " " + version + " (" + path + ")";
  }
}

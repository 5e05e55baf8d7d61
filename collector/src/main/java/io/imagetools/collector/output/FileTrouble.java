package io.imagetools.collector.output;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a file system's refusal means to a person. */
final class FileTrouble {

  private FileTrouble() {}

  /** Part of a sentence. */
  static String sentence(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its directory does not exist (make it, or name another place)";
    }
    if (e instanceof AccessDeniedException) {
      return "its directory does not let this user write (allow it, or name another place)";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    if (reason == null || reason.isBlank()) {
      return e.getClass().getSimpleName();
    }
    return switch (reason.strip()) {
      case "No space left on device" -> "the disk is full (make room, or name another place)";
      case "Disk quota exceeded" -> "the disk quota is used up (make room, or name another place)";
      case "Read-only file system" -> "the file system is read-only (name another place)";
      case "Not a directory" -> "a part of its path is not a directory (correct the path)";
      case "Device or resource busy" -> "it is a mount point (mount its directory instead)";
      default -> reason.strip();
    };
  }
}

package io.imagetools.cli.command;

import io.imagetools.common.process.EnvironmentException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words what the system says in class names. */
final class Words {

  private Words() {}

  static String of(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /**
   * Why a file can't be read, and what to do.
   *
   * @param file what it is and its name
   * @param rest a sentence that ends it; may be empty
   */
  static EnvironmentException unreadable(String file, Exception e, String rest) {
    String text = file + " can't be read: " + of(e) + ". " + remedy(e) + " " + rest;
    return new EnvironmentException(text.strip(), e);
  }

  private static String remedy(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "Give the path of one that is there.";
    }
    if (e instanceof AccessDeniedException) {
      return "Let this user read it (chmod, chown), or give another one.";
    }
    return "Put that right, or give another one.";
  }
}

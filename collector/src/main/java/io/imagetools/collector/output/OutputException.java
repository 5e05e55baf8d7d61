package io.imagetools.collector.output;

import io.imagetools.common.process.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * A file that was asked for can't be written. The message says which and why, in a sentence for a
 * person; what stood in the file is still there.
 */
public final class OutputException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  private OutputException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static OutputException wrongName(String message) {
    return new OutputException(ExitCode.USAGE, message, null);
  }

  static OutputException unwritable(String message, @Nullable Throwable cause) {
    return new OutputException(ExitCode.ENVIRONMENT, message, cause);
  }

  /**
   * {@link ExitCode#USAGE} if the name can't be that of a file (a directory, a device), {@link
   * ExitCode#ENVIRONMENT} if the file system does not take it.
   */
  public ExitCode exitCode() {
    return exitCode;
  }
}

package io.imagetools.common.process;

import org.jspecify.annotations.Nullable;

/**
 * The surroundings do not let the command work: exit status 3. The message says what is wrong and
 * what to do, in sentences; it is shown to the user as it is, without a stack trace.
 */
public final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong and what to do. */
  public EnvironmentException(String message) {
    super(message);
  }

  /** What is wrong and what to do, and what it came from. */
  public EnvironmentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

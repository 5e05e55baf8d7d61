package io.imagetools.common.process;

/** The exit statuses of every command. */
public enum ExitCode {
  /** Everything is mirrored or was there already. */
  OK(0),
  /** Something failed or was malformed. */
  FAILURES(1),
  /** The command line is wrong. */
  USAGE(2),
  /** No broker, no program, no credentials, an unreadable list, an unwritable output. */
  ENVIRONMENT(3),
  /** Ctrl-C or SIGTERM. */
  INTERRUPTED(130);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The number the shell sees. */
  public int status() {
    return status;
  }
}

package io.imagetools.common.job;

/** The keys under which a log line finds what it is about (the logging library's MDC). */
public final class LogContext {

  /** The run's id. */
  public static final String RUN = "run";

  /** The job's number in the run, shown as {@code [M_ID:n]}. */
  public static final String JOB = "job";

  /** The selected image's number in the job, counted from 1, shown as {@code [IMG_ID:k]}. */
  public static final String IMAGE = "image";

  private LogContext() {}
}

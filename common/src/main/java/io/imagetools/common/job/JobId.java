package io.imagetools.common.job;

/**
 * Names one job.
 *
 * @param run the run it belongs to
 * @param number its number in the run (M_ID in the log), in list order, counted from 1
 */
public record JobId(RunId run, int number) implements Comparable<JobId> {

  /**
   * Validates the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public JobId {
    if (number < 1) {
      throw new IllegalArgumentException("jobs are counted from 1, not " + number);
    }
  }

  /**
   * The inverse of {@link #toString()}.
   *
   * @throws IllegalArgumentException if the text is no job id
   */
  public static JobId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a job id is RUN/NUMBER");
    }
    return new JobId(
        new RunId(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  @Override
  public int compareTo(JobId other) {
    int byRun = run.compareTo(other.run);
    return byRun != 0 ? byRun : Integer.compare(number, other.number);
  }

  /** The key of the job's records: {@code RUN/NUMBER}. */
  @Override
  public String toString() {
    return run + "/" + number;
  }
}

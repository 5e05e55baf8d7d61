package io.imagetools.cli.role;

import io.imagetools.collector.RunOutputs;
import io.imagetools.collector.output.FailedListFile;
import io.imagetools.collector.output.OutputException;
import io.imagetools.collector.output.ReportFile;
import io.imagetools.common.job.RunId;
import java.nio.file.Path;

/**
 * The files of many runs: {@code RUN.failed.txt} and {@code RUN.report.json} in one folder.
 *
 * @param folder which exists
 */
public record RunFiles(Path folder) {

  /** A run with the longest name there is. */
  private static final RunId ANY = new RunId("x".repeat(64));

  /**
   * Looks, before anything starts, whether they can be written.
   *
   * @throws OutputException if not
   */
  public void check() throws OutputException {
    new FailedListFile(failedList(ANY)).check();
  }

  /** Where the failed list of a run is. */
  public Path failedList(RunId run) {
    return folder.resolve(run + ".failed.txt");
  }

  /** Where the report of a run is. */
  public Path report(RunId run) {
    return folder.resolve(run + ".report.json");
  }

  RunOutputs of(RunId run) {
    return new RunOutputs(new FailedListFile(failedList(run)), new ReportFile(report(run)));
  }
}

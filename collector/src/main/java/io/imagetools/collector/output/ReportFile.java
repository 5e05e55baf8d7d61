package io.imagetools.collector.output;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import io.imagetools.common.wire.ReportJson;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The value of {@code --report}: everything that is known of a run, as JSON. Not thread-safe. */
public final class ReportFile {
  private final ReplacedFile file;

  /** Names the file; nothing is touched yet. */
  public ReportFile(Path path) {
    this.file = new ReplacedFile(path, "The report");
  }

  /** As the user named it. */
  public Path path() {
    return file.name();
  }

  /**
   * Asks before anything starts whether the report could be written. Leaves an old one as it is.
   *
   * @throws OutputException if it could not
   */
  public void check() throws OutputException {
    file.check();
  }

  /**
   * Replaces the report.
   *
   * @throws OutputException if that fails; then the old report is still there
   */
  public void write(
      Run run, Instant finishedAt, List<MirrorResult> results, List<JobEvent.LineRejected> rejected)
      throws OutputException {
    file.replace(out -> ReportJson.write(out, run, finishedAt, results, rejected));
  }
}

package io.imagetools.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the outcome of a run goes. */
public final class OutputOptions {

  /** The forms of progress. Lower case, since it is what is typed. */
  public enum Progress {
    auto,
    bar,
    plain,
    none
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "mirror-failed.txt",
      description = {
        "Failed list: what is not mirrored, ready to be given to -f again. While a run goes on it"
            + " holds all that is not mirrored yet; it is absent when nothing failed. One command at"
            + " a time may write it. Default: mirror-failed.txt."
      })
  Path output = Path.of("mirror-failed.txt");

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes what became of each job as JSON when the run has ended.")
  @Nullable Path report;

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      defaultValue = "auto",
      description = {
        "bar: a live display; plain: a line now and then; none; auto: bar on a terminal, else"
            + " plain. Default: auto."
      })
  Progress progress = Progress.auto;

  /** Where the failed list goes. */
  public Path output() {
    return output;
  }

  /** Null: no report. */
  public @Nullable Path report() {
    return report;
  }

  /** How progress is shown. */
  public Progress progress() {
    return progress;
  }
}

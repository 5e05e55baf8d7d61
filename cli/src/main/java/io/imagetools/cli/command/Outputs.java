package io.imagetools.cli.command;

import io.imagetools.cli.options.OutputOptions;
import io.imagetools.cli.terminal.BarProgress;
import io.imagetools.cli.terminal.PlainProgress;
import io.imagetools.cli.terminal.ProgressDisplay;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.collector.RunOutputs;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.collector.output.FailedList;
import io.imagetools.collector.output.FailedListFile;
import io.imagetools.collector.output.OutputClaim;
import io.imagetools.collector.output.OutputException;
import io.imagetools.collector.output.ReportFile;
import io.imagetools.collector.output.Summary;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.publish.Submission;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * What a person gets to see of a run: the failed list, the report, the progress, the summary. The
 * failed list is this command's until it is closed.
 */
final class Outputs implements AutoCloseable {
  private final OutputOptions options;
  private final FailedList list;
  private final @Nullable ReportFile report;
  private final OutputClaim claim;

  private Outputs(
      OutputOptions options, FailedList list, @Nullable ReportFile report, OutputClaim claim) {
    this.options = options;
    this.list = list;
    this.report = report;
    this.claim = claim;
  }

  /**
   * Looks, before anything starts, whether they can be written.
   *
   * @throws ParameterException if a name is that of a folder
   * @throws EnvironmentException if the file system does not let them be written, or another
   *     command writes the failed list
   */
  static Outputs check(CommandLine command, OutputOptions options) {
    FailedListFile failedList = new FailedListFile(options.output());
    Path name = options.report();
    ReportFile report = name == null ? null : new ReportFile(name);
    try {
      failedList.check();
      if (report != null) {
        report.check();
      }
      return new Outputs(options, failedList, report, failedList.claim());
    } catch (OutputException e) {
      String message = e.getMessage() + " Nothing was started.";
      if (e.exitCode() == ExitCode.USAGE) {
        throw new ParameterException(command, message, e);
      }
      throw new EnvironmentException(message, e);
    }
  }

  @Override
  public void close() {
    claim.close();
  }

  /** The same for several runs one after the other: the failed list keeps those of earlier ones. */
  Outputs gathering() {
    return new Outputs(options, new GatheredList(list), report, claim);
  }

  RunOutputs ofRun() {
    return new RunOutputs(list, report);
  }

  /**
   * Puts all of a submission into the failed list, before it can be known anywhere: whatever
   * happens from now on, the list is right.
   */
  void beforeStart(Submission submission) {
    RunLedger nothingDone =
        new RunLedger(
            new Run(
                submission.run(),
                Instant.EPOCH,
                submission.jobs().size(),
                submission.rejected().size(),
                0,
                0,
                null,
                Run.State.OPEN));
    submission.rejected().forEach(nothingDone::apply);
    submission.jobs().forEach(job -> nothingDone.apply(new JobEvent.Planned(job)));
    if (list instanceof GatheredList gathered) {
      gathered.next();
    }
    try {
      list.write(nothingDone.openLines());
    } catch (OutputException e) {
      throw new EnvironmentException(e.getMessage() + " Nothing was started.", e);
    }
  }

  ProgressDisplay display(Streams streams, int jobs) {
    return switch (options.progress()) {
      case bar -> BarProgress.open(streams.err(), jobs);
      case plain -> new PlainProgress(Clock.systemUTC());
      case none -> ProgressDisplay.none();
      case auto ->
          streams.errIsTerminal()
              ? BarProgress.open(streams.err(), jobs)
              : new PlainProgress(Clock.systemUTC());
    };
  }

  void summarise(Streams streams, RunLedger ledger, boolean ended) {
    Summary.lines(ledger, ended, Clock.systemUTC().instant(), options.output())
        .forEach(streams.err()::println);
  }
}

package io.imagetools.cli.terminal;

import io.imagetools.cli.logging.LogOutput;
import io.imagetools.cli.logging.Logging;
import io.imagetools.common.job.ByteSize;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A live bar in the last line of the terminal. Log lines appear above it; those of single jobs that
 * go well are left out, since the bar counts them.
 */
public final class BarProgress implements ProgressDisplay {
  private static final int REDRAWN_EVERY_MILLIS = 200;

  private final ProgressBar bar;
  private final LogOutput before;

  private BarProgress(ProgressBar bar, LogOutput before) {
    this.bar = bar;
    this.before = before;
  }

  /** Shows a bar for that many jobs. */
  public static BarProgress open(PrintStream terminal, int jobs) {
    Line line = new Line(terminal);
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("mirror")
            .setInitialMax(jobs)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAWN_EVERY_MILLIS)
            .setEtaFunction(
                state ->
                    state.getCurrent() == 0
                        ? Optional.empty()
                        : Optional.of(
                            state
                                .getElapsedAfterStart()
                                .multipliedBy(state.getMax() - state.getCurrent())
                                .dividedBy(state.getCurrent())))
            .clearDisplayOnFinish()
            .setConsumer(line)
            .build();
    Logging.summariseJobs(true);
    return new BarProgress(bar, Logging.redirect(line::printAbove));
  }

  @Override
  public void show(Progress progress) {
    Duration elapsed = bar.getElapsedAfterStart();
    bar.maxHint(progress.total());
    bar.stepTo(progress.done());
    bar.setExtraMessage(
        "%d running, %d failed, %s, %s"
            .formatted(
                progress.running(),
                progress.failed(),
                ByteSize.of(progress.bytes()),
                Amounts.rate(progress.bytes(), elapsed)));
  }

  @Override
  public void close() {
    bar.close();
    Logging.summariseJobs(false);
    Logging.redirect(before);
  }

  /** The last line of the terminal, which bar and log share. */
  private static final class Line implements ProgressBarConsumer {
    private final ConsoleProgressBarConsumer console;
    private final PrintStream terminal;

    Line(PrintStream terminal) {
      this.console = new ConsoleProgressBarConsumer(terminal);
      this.terminal = terminal;
    }

    synchronized void printAbove(String logLine) {
      console.clear();
      terminal.println(logLine);
    }

    @Override
    public int getMaxRenderedLength() {
      return console.getMaxRenderedLength();
    }

    @Override
    public synchronized void accept(String rendered) {
      console.accept(rendered);
    }

    @Override
    public synchronized void clear() {
      console.clear();
    }

    @Override
    public synchronized void close() {
      terminal.flush();
    }
  }
}

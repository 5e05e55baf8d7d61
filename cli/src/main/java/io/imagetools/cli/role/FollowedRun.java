package io.imagetools.cli.role;

import io.imagetools.cli.terminal.Progress;
import io.imagetools.cli.terminal.ProgressDisplay;
import io.imagetools.collector.Interruption;
import io.imagetools.collector.RunCollector;
import io.imagetools.collector.RunOutputs;
import io.imagetools.collector.SilentJobs;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.collector.output.OutputException;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The collector of one run, with what a person sees of it. Used by one thread. */
public final class FollowedRun {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedRun.class);

  private final Cluster cluster;
  private final Run run;
  private final RunCollector collector;
  private final SilentJobs silentJobs;
  private final RunWatcher watcher;

  /**
   * Of a run on that cluster.
   *
   * @param grace how long a silent run with an empty queue is waited for
   */
  public FollowedRun(Cluster cluster, Run run, RunOutputs outputs, Duration grace, Clock clock) {
    this(cluster, run, outputs, grace, clock, RunWatcher.NOBODY);
  }

  /** The same, and somebody is told what happens in it. */
  FollowedRun(
      Cluster cluster,
      Run run,
      RunOutputs outputs,
      Duration grace,
      Clock clock,
      RunWatcher watcher) {
    this.watcher = watcher;
    this.cluster = cluster;
    this.run = run;
    this.silentJobs =
        run.state() == Run.State.DONE
            ? SilentJobs.ofDone(clock.instant())
            : new SilentJobs(cluster.unfinished()::jobs, grace, clock.instant());
    this.collector = new RunCollector(run, outputs, silentJobs, clock, watcher::failed);
  }

  /**
   * Whether nothing was heard of it for as long as its silence is waited for, and it can't be given
   * up now: jobs are alive, maybe all of other runs.
   */
  boolean isHeldUp() {
    return silentJobs.isHeldUp();
  }

  /** What is known of the run. */
  public RunLedger ledger() {
    return collector.ledger();
  }

  /**
   * Follows it to its end, shows how far it is, and marks it as done.
   *
   * @return what the shell gets to see
   * @throws EnvironmentException if the outputs can't be written in the end
   */
  public ExitCode follow(ProgressDisplay display, Interruption interruption)
      throws InterruptedException {
    boolean ended;
    try (RunFollower events = new RunFollower(cluster.settings(), run)) {
      ended = collector.follow(events, counts -> display.show(progress(counts)), interruption);
    } catch (OutputException e) {
      throw new EnvironmentException(e.getMessage() + whatIsLeft(), e);
    } finally {
      display.close();
    }
    if (!ended) {
      return ExitCode.INTERRUPTED;
    }
    watcher.ended(run, ledger().counts());
    markDone();
    return ledger().counts().isAllMirrored() ? ExitCode.OK : ExitCode.FAILURES;
  }

  private String whatIsLeft() {
    return cluster.outlivesThisProcess()
        ? " What is known of the run is in the cluster still: 'image-tools collect "
            + run.id()
            + "' writes it."
        : "";
  }

  /** The mark helps those who list runs; without it the run is as done as with it. */
  private void markDone() throws InterruptedException {
    if (run.state() == Run.State.OPEN && cluster.outlivesThisProcess()) {
      try {
        cluster.runs().markDone(run.id());
      } catch (EnvironmentException e) {
        LOG.warn("{} Nothing is lost by it.", e.getMessage());
      }
    }
  }

  private static Progress progress(Counts counts) {
    return new Progress(
        counts.total(),
        counts.ended(),
        counts.running(),
        counts.failed() + counts.cancelled(),
        counts.bytes().copied());
  }
}

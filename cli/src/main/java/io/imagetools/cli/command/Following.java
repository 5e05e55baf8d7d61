package io.imagetools.cli.command;

import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.FollowedRun;
import io.imagetools.cli.role.WorkerRole;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.cli.terminal.LiveBytes;
import io.imagetools.cli.terminal.ProgressDisplay;
import io.imagetools.collector.Interruption;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.ExitCode;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows runs before a person's eyes, and ends in good order on Ctrl-C. */
final class Following {
  private static final Logger LOG = LoggerFactory.getLogger(Following.class);

  private final Invocation invocation;
  private final Cluster cluster;
  private final Outputs outputs;
  private final Duration grace;
  private final Interrupts interrupts;

  /**
   * On that cluster.
   *
   * @param grace how long a silent run with an empty queue is waited for
   * @param interrupts closed by the caller, when everything else is closed
   */
  Following(
      Invocation invocation,
      Cluster cluster,
      Outputs outputs,
      Duration grace,
      Interrupts interrupts) {
    this.interrupts = interrupts;
    this.invocation = invocation;
    this.cluster = cluster;
    this.outputs = outputs;
    this.grace = grace;
  }

  /**
   * Follows a run.
   *
   * @param worker what is stopped by Ctrl-C; null: the workers are elsewhere and go on
   */
  ExitCode follow(Run run, @Nullable WorkerRole worker) throws InterruptedException {
    FollowedRun followed = new FollowedRun(cluster, run, outputs.ofRun(), grace, Clock.systemUTC());
    ExitCode end = followed.follow(display(run, worker), new CtrlC(interrupts, worker));
    outputs.summarise(invocation.streams(), followed.ledger(), end != ExitCode.INTERRUPTED);
    if (end == ExitCode.INTERRUPTED && worker == null) {
      LOG.info(
          "The run goes on without this command: 'image-tools collect {} --bootstrap-server {}'"
              + " follows it again",
          run.id(),
          cluster.settings().bootstrapServers());
    }
    return end;
  }

  private ProgressDisplay display(Run run, @Nullable WorkerRole worker) {
    ProgressDisplay display = outputs.display(invocation.streams(), run.jobs());
    return worker == null ? display : new LiveBytes(display, worker::sentBytes);
  }

  private record CtrlC(Interrupts interrupts, @Nullable WorkerRole worker) implements Interruption {
    @Override
    public boolean requested() {
      return interrupts.happened();
    }

    @Override
    public void stopWork() {
      if (worker != null) {
        LOG.warn("Interrupted: running copies are stopped; what is not done is in the failed list");
        worker.stop(Duration.ZERO);
      }
    }
  }
}

package io.imagetools.cli.role;

import io.imagetools.cli.terminal.ProgressDisplay;
import io.imagetools.collector.Interruption;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.ExitCode;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of many runs that are followed: nobody sits before it, the log says when it begins and ends.
 */
record ServedRun(
    Cluster cluster, Run run, RunFiles files, Duration grace, Clock clock, RunWatcher watcher) {
  private static final Logger LOG = LoggerFactory.getLogger(ServedRun.class);

  /**
   * What became of it; interrupted: it goes on without being followed.
   *
   * @param ending whether the process ends
   * @param othersWait whether other runs wait to be followed: who waits for those makes room
   */
  ExitCode follow(BooleanSupplier ending, BooleanSupplier othersWait) throws InterruptedException {
    LOG.info("Run {}: {} images, followed from now on", run.id(), run.jobs());
    FollowedRun followed = new FollowedRun(cluster, run, files.of(run.id()), grace, clock, watcher);
    BooleanSupplier makesRoom = () -> othersWait.getAsBoolean() && followed.isHeldUp();
    ExitCode end =
        followed.follow(
            ProgressDisplay.none(),
            new Wish(() -> ending.getAsBoolean() || makesRoom.getAsBoolean()));
    Counts counts = followed.ledger().counts();
    switch (end) {
      case OK -> LOG.info("Run {} has ended: all {} images are mirrored", run.id(), counts.total());
      case INTERRUPTED ->
          LOG.info(
              "Run {} goes on: {} of {} images have ended; {}",
              run.id(),
              counts.ended(),
              counts.total(),
              ending.getAsBoolean()
                  ? "the next 'collect --all' follows it"
                  : "nothing was heard of it for long, and other runs wait: they are followed"
                      + " first");
      default ->
          LOG.warn(
              "Run {} has ended: {} of {} images are mirrored, {} lines can't be used; the rest is"
                  + " in {}",
              run.id(),
              counts.mirrored() + counts.unchanged(),
              counts.total(),
              counts.rejected(),
              files.failedList(run.id()));
    }
    return end;
  }

  private record Wish(BooleanSupplier ending) implements Interruption {
    @Override
    public boolean requested() {
      return ending.getAsBoolean();
    }

    @Override
    public void stopWork() {} // the workers are elsewhere and go on
  }
}

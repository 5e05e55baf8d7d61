package io.imagetools.cli.role;

import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.producer.plan.Repetition;
import io.imagetools.producer.publish.RunIds;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Submits what failed in a run as a new run. Used by one thread. */
public final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

  private final Cluster cluster;
  private final ProcessTracing tracing;
  private final Clock clock;

  /** On that cluster. */
  public Retry(Cluster cluster, ProcessTracing tracing, Clock clock) {
    this.cluster = cluster;
    this.tracing = tracing;
    this.clock = clock;
  }

  /**
   * What was submitted.
   *
   * @param run the new run; empty: nothing that is known has failed
   * @param unnamed how many images of the old run may have failed and can't be in the new one,
   *     because nothing is known of them any more
   */
  public record Submitted(Optional<Run> run, int unnamed) {}

  /**
   * Submits the failures of a run that has ended; its rejected lines are not among them.
   *
   * @param kinds only failures of these; none: all of them
   * @throws EnvironmentException if jobs of the run have not ended, or the cluster does not answer
   */
  public Submitted submit(Run old, Set<FailureKind> kinds) throws InterruptedException {
    RunLedger ledger = new RunSnapshots(cluster.settings()).of(List.of(old)).get(0);
    end(ledger);
    RunId id = new RunIds(clock).next();
    List<MirrorJob> jobs = Repetition.of(id, ledger.results(), kinds);
    if (ledger.unnamed() > 0) {
      LOG.warn(
          "{} images of run {} can't be named, because nothing is known of them any more: submit its"
              + " list again",
          ledger.unnamed(),
          old.id());
    }
    if (jobs.isEmpty()) {
      return new Submitted(Optional.empty(), ledger.unnamed());
    }
    try (RunPublisher publisher = cluster.publisher(clock)) {
      Run next = tracing.publish(publisher, new Submission(id, old.id(), jobs, List.of()));
      return new Submitted(Optional.of(next), ledger.unnamed());
    }
  }

  /** Jobs without a result are failures too, if none will come any more. */
  private void end(RunLedger ledger) throws InterruptedException {
    Counts counts = ledger.counts();
    Run run = ledger.run();
    int unfinished = counts.total() - counts.ended();
    if (unfinished == 0) {
      return;
    }
    switch (run.state()) {
      case OPEN ->
          throw new EnvironmentException(
              unfinished
                  + " of the "
                  + counts.total()
                  + " images of run "
                  + run.id()
                  + " have not ended: wait for them with 'image-tools collect "
                  + run.id()
                  + "', or stop them with 'image-tools cancel "
                  + run.id()
                  + "'. Nothing was submitted.");
      case CANCELLED -> endCancelled(ledger, unfinished);
      case DONE ->
          ledger.endUnfinished(
              new Outcome.Failed(FailureKind.NO_RESULT, "no worker answered for it", List.of()),
              clock.instant());
    }
  }

  private void endCancelled(RunLedger ledger, int unfinished) throws InterruptedException {
    OptionalLong waiting = cluster.unfinished().jobs();
    if (waiting.isEmpty() || waiting.getAsLong() > 0) {
      throw new EnvironmentException(
          "Run "
              + ledger.run().id()
              + " is cancelled, but no worker has answered yet for "
              + unfinished
              + " of its images: try again in a moment, and see to it that a worker runs. Nothing"
              + " was submitted.");
    }
    ledger.endUnfinished(new Outcome.Cancelled("the run was cancelled"), clock.instant());
  }
}

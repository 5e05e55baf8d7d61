package io.imagetools.collector;

import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.collector.output.OutputException;
import io.imagetools.collector.output.ReportFile;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.EnvironmentException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one run: keeps its ledger, keeps the failed list right, and sees its end. All it knows
 * comes from the status topic, so it may be started at any time, and again. Used by one thread.
 */
public final class RunCollector {
  private static final Logger LOG = LoggerFactory.getLogger(RunCollector.class);

  /** How far the failed list may be behind. */
  static final Duration LIST_INTERVAL = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(200);

  /** After the work has stopped, results that are on their way arrive within this time. */
  private static final Duration LAST_RESULTS = Duration.ofMillis(500);

  /** For those that come then; a run that goes on elsewhere has always more to say. */
  private static final int LAST_LOOKS = 10;

  /** Jobs that are left when each event is read at once: what twenty slots end in no time. */
  private static final int LAST_JOBS = 50;

  /** So long what is there already is read on, after an interruption, until all jobs are known. */
  private static final Duration REST = Duration.ofSeconds(5);

  /** So long is waited for the broker's word, and for what it has, before jobs are given up. */
  private static final Duration ALL_READ = Duration.ofSeconds(10);

  private final Run run;
  private final RunLedger ledger;
  private final RunOutputs outputs;
  private final SilentJobs silentJobs;
  private final Clock clock;
  private final Consumer<MirrorResult> failures;

  /** False until something was heard: the list of an earlier collector is better than none. */
  private boolean listIsOld;

  private long listIsDueAt = System.nanoTime();

  /**
   * For one run.
   *
   * @param silentJobs decides when jobs that nobody answers for are given up
   */
  public RunCollector(Run run, RunOutputs outputs, SilentJobs silentJobs, Clock clock) {
    this(run, outputs, silentJobs, clock, failure -> {});
  }

  /**
   * The same, and somebody is told of each failure when it is heard of.
   *
   * @param failures does not wait
   */
  public RunCollector(
      Run run,
      RunOutputs outputs,
      SilentJobs silentJobs,
      Clock clock,
      Consumer<MirrorResult> failures) {
    this.failures = failures;
    this.run = run;
    this.ledger = new RunLedger(run);
    this.outputs = outputs;
    this.silentJobs = silentJobs;
    this.clock = clock;
  }

  /** What is known of the run. */
  public RunLedger ledger() {
    return ledger;
  }

  /**
   * Follows the run until each job has ended, or until it is interrupted. Then the failed list and
   * the report are written.
   *
   * @param progress told often how far the run is
   * @return whether the run has ended; false: it was interrupted
   * @throws OutputException if the outputs can't be written in the end
   * @throws EnvironmentException if nothing more can be read
   */
  public boolean follow(RunFollower events, Consumer<Counts> progress, Interruption interruption)
      throws InterruptedException, OutputException {
    boolean ended = ledger.isComplete();
    while (!ended) {
      List<JobEvent> batch = events.next(LOOK);
      apply(batch);
      Counts counts = ledger.counts();
      progress.accept(counts);
      if (counts.total() - counts.ended() <= LAST_JOBS) {
        events.endIsNear();
      }
      if (interruption.requested()) {
        interruption.stopWork();
        lastResults(events);
        finish(ledger.isComplete());
        return ledger.isComplete();
      }
      ended = ledger.isComplete();
      if (!ended
          && batch.isEmpty()
          && silentJobs.areLost(clock.instant())
          && nothingCameMeanwhile(events)) {
        giveUp();
        ended = true;
      }
      if (!ended) {
        keepListCurrent(batch.isEmpty());
      }
    }
    progress.accept(ledger.counts());
    finish(true);
    return true;
  }

  /** They come in small bunches; and who has just begun to read has not heard of all jobs yet. */
  private void lastResults(RunFollower events) throws InterruptedException {
    events.endIsNear();
    apply(events.next(LAST_RESULTS));
    long deadline = System.nanoTime() + REST.toNanos();
    List<JobEvent> batch;
    int looks = 0;
    do {
      batch = events.next(LOOK);
      apply(batch);
      looks++;
    } while (ledger.isWhole()
        ? !batch.isEmpty() && looks < LAST_LOOKS
        : System.nanoTime() < deadline);
  }

  /** Whoever has read all that is there, and only then, knows that nobody answered. */
  private boolean nothingCameMeanwhile(RunFollower events) throws InterruptedException {
    if (!events.hasReadAll(ALL_READ)) {
      return false; // the broker is away, or refuses; it is asked again
    }
    List<JobEvent> last = events.next(Duration.ZERO);
    apply(last);
    return last.isEmpty();
  }

  private void apply(List<JobEvent> batch) {
    for (JobEvent event : batch) {
      if (ledger.apply(event)) {
        listIsOld = true;
        tell(event);
      }
    }
    if (!batch.isEmpty()) {
      silentJobs.heard(clock.instant());
    }
  }

  private void tell(JobEvent event) {
    if (event instanceof JobEvent.Finished finished
        && finished.result().outcome() instanceof Outcome.Failed) {
      failures.accept(finished.result());
    }
  }

  private void giveUp() {
    Counts counts = ledger.counts();
    int named = counts.running() + counts.waiting() - ledger.unnamed();
    if (named > 0) {
      LOG.error(
          "{} jobs have no result ({}). They are given up as NO_RESULT and go into the failed list",
          named,
          silentJobs.reason());
    }
    if (ledger.unnamed() > 0) {
      LOG.error(
          "{} jobs of run {} can't be named: nothing is on the status topic of them any more,"
              + " or never was. What the failed list held before stays in it; submit the image"
              + " list again",
          ledger.unnamed(),
          run.id());
    }
    String reason = "no worker answered for it (" + silentJobs.reason() + ")";
    ledger.endUnfinished(
        new Outcome.Failed(FailureKind.NO_RESULT, reason, List.of()), clock.instant());
    listIsOld = true;
    ledger.results().stream()
        .filter(result -> result.worker().equals(RunLedger.NO_WORKER))
        .forEach(failures);
  }

  /**
   * A list that can't be written now may be writable in a second; the run goes on. While events of
   * the past are still read, jobs are unknown that would be missing from it.
   */
  private void keepListCurrent(boolean allIsRead) {
    boolean isWorthIt = allIsRead || ledger.isWhole();
    if (!isWorthIt || !listIsOld || System.nanoTime() < listIsDueAt) {
      return;
    }
    listIsDueAt = System.nanoTime() + LIST_INTERVAL.toNanos();
    try {
      put(ledger.openLines());
      listIsOld = false;
    } catch (OutputException e) {
      LOG.warn("{} It is tried again in {} s.", e.getMessage(), LIST_INTERVAL.toSeconds());
    }
  }

  /** Jobs that are not known may be in the list that another collector, or the producer, wrote. */
  private void put(List<String> lines) throws OutputException {
    if (ledger.isWhole()) {
      outputs.failedList().write(lines);
    } else {
      outputs.failedList().add(lines);
    }
  }

  private void finish(boolean ended) throws OutputException {
    put(ended ? ledger.failedLines() : ledger.openLines());
    if (!ended && !ledger.isWhole()) {
      LOG.warn(
          "{} jobs of run {} were not read yet: of them the failed list has what it had before",
          ledger.unnamed(),
          run.id());
    }
    ReportFile report = outputs.report();
    boolean nothingKnown = ledger.unnamed() == run.jobs() && run.jobs() > 0;
    if (report != null && !nothingKnown) { // an older one says more
      report.write(run, clock.instant(), ledger.results(), ledger.rejected());
    }
  }
}

package io.imagetools.collector.ledger;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What is known of a run. The same events give the same ledger in any order and any number of
 * times: planned is overtaken by started, started by a result, and of several results of a job
 * mirrored counts before unchanged, failed, cancelled and without result, in this order. So a late
 * or repeated result changes nothing wrong, and a success is never taken back.
 *
 * <p>Not thread-safe: one thread applies the events and asks.
 */
public final class RunLedger {

  /** What stands for the worker's name in a result that no worker gave. */
  public static final String NO_WORKER = "none";

  private static final Comparator<JobEvent.LineRejected> BY_TEXT =
      Comparator.comparing(JobEvent.LineRejected::text)
          .thenComparing(JobEvent.LineRejected::reason);

  private final Run run;
  private final JobTable table = new JobTable();
  private final TreeMap<Integer, JobEvent.LineRejected> rejected = new TreeMap<>();
  private final SharedParts shared;
  private final Tally tally;
  private long ignored;

  /** A ledger of which nothing is known but what the run says of itself. */
  public RunLedger(Run run) {
    this.run = run;
    this.shared = new SharedParts(run.id());
    this.tally = new Tally(run.jobs());
  }

  /** The run as it was when the ledger was opened. */
  public Run run() {
    return run;
  }

  /**
   * Takes note of an event. One of another run, or of a job or line number that the run can't have,
   * is ignored and counted.
   *
   * @return whether the ledger knows more than before
   */
  public boolean apply(JobEvent event) {
    if (!isMine(event)) {
      ignored++;
      return false;
    }
    if (event instanceof JobEvent.LineRejected line) {
      return note(line);
    }
    if (event instanceof JobEvent.Planned planned) {
      return table.putJob(shared.of(planned.job()));
    }
    if (event instanceof JobEvent.Started started) {
      return start(started.job());
    }
    return finish(((JobEvent.Finished) event).result());
  }

  private boolean isMine(JobEvent event) {
    return event.run().equals(run.id()) && hasPlace(event);
  }

  private boolean hasPlace(JobEvent event) {
    if (event instanceof JobEvent.LineRejected line) {
      return line.line() >= 1;
    }
    return numberOf(event) <= run.jobs();
  }

  private static int numberOf(JobEvent event) {
    if (event instanceof JobEvent.Planned planned) {
      return planned.job().id().number();
    }
    if (event instanceof JobEvent.Started started) {
      return started.job().id().number();
    }
    return ((JobEvent.Finished) event).result().id().number();
  }

  private boolean note(JobEvent.LineRejected line) {
    JobEvent.LineRejected old = rejected.get(line.line());
    if (old != null && BY_TEXT.compare(old, line) >= 0) {
      return false;
    }
    rejected.put(line.line(), line);
    return true;
  }

  private boolean start(MirrorJob job) {
    int number = job.id().number();
    Standing before = table.standing(number);
    boolean newJob = table.putJob(shared.of(job));
    boolean newStart = table.putStarted(number);
    tally.move(before, table.standing(number));
    return newJob || newStart;
  }

  private boolean finish(MirrorResult result) {
    int number = result.id().number();
    Standing before = table.standing(number);
    MirrorResult old = table.result(number);
    boolean news = table.putJob(shared.of(result.job()));
    MirrorResult stored = shared.of(result, table.stored(number));
    if (!table.putResult(stored)) {
      return news;
    }
    tally.move(before, table.standing(number));
    tally.replace(old, stored);
    return true;
  }

  /** How far the run is. Takes the same time for any run. */
  public Counts counts() {
    return new Counts(
        run.jobs(),
        tally.of(Standing.MIRRORED),
        tally.of(Standing.UNCHANGED),
        tally.of(Standing.FAILED) + tally.of(Standing.WITHOUT_RESULT),
        tally.of(Standing.CANCELLED),
        tally.of(Standing.RUNNING),
        tally.of(Standing.WAITING),
        Math.max(run.rejectedLines(), rejected.size()),
        tally.bytes());
  }

  /** Whether each job has ended and each rejected line of the run is known. */
  public boolean isComplete() {
    return counts().ended() == run.jobs() && rejected.size() >= run.rejectedLines();
  }

  /** Whether each job and each rejected line of the run is known, whatever became of it. */
  public boolean isWhole() {
    return unnamed() == 0 && rejected.size() >= run.rejectedLines();
  }

  /** How many events were ignored. */
  public long ignored() {
    return ignored;
  }

  /** How many jobs of the run can't be named, because no event told of them. */
  public int unnamed() {
    return run.jobs() - table.known();
  }

  /**
   * The failed list as it must be if nothing more comes: each job that is not known to be mirrored,
   * and each rejected line as it stood, in list order.
   */
  public List<String> openLines() {
    return lines(standing -> !standing.isSuccess());
  }

  /** The failed list of what has ended: failed and cancelled jobs, and the rejected lines. */
  public List<String> failedLines() {
    return lines(standing -> standing.hasEnded() && !standing.isSuccess());
  }

  /** The jobs that are not known to be mirrored, in the order of their numbers. */
  public List<MirrorJob> openJobs() {
    return table.jobs(standing -> !standing.isSuccess());
  }

  private List<String> lines(Predicate<Standing> wanted) {
    return PlacedLine.of(table.jobs(wanted), rejected.values());
  }

  /** The results of the jobs that have ended, in the order of their numbers. */
  public List<MirrorResult> results() {
    return table.results();
  }

  /** The rejected lines in list order. */
  public List<JobEvent.LineRejected> rejected() {
    return List.copyOf(rejected.values());
  }

  /**
   * Gives every job that has not ended the same outcome, so that the run comes to an end. A result
   * that a worker sends later counts before {@code NO_RESULT} and {@code CANCELLED}.
   *
   * @param outcome cancelled, or failed
   * @return how many jobs it could not be given to because no event told of them ({@link #unnamed})
   * @throws IllegalArgumentException if the outcome is a success
   */
  public int endUnfinished(Outcome outcome, Instant now) {
    if (outcome.isSuccess()) {
      throw new IllegalArgumentException("a job that nobody finished is no success");
    }
    for (MirrorJob job : table.jobs(standing -> !standing.hasEnded())) {
      finish(Unfinished.result(job, outcome, now));
    }
    return unnamed();
  }
}

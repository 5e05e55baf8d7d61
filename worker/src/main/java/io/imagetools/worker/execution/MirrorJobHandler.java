package io.imagetools.worker.execution;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.LogContext;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Performs a job and says what became of it. The order is fixed: image copied → result acknowledged
 * by the broker → job acknowledged (see {@link io.imagetools.worker.queue.JobQueue} for what a
 * crash in between causes). Total and thread-safe.
 *
 * <p>Whoever is interrupted publishes nothing, releases the job, and leaves the thread's interrupt
 * status set; unless the job's run is cancelled: then the job is answered as cancelled. A job that
 * has ended when the interrupt comes is answered all the same, or it would be done again.
 */
public final class MirrorJobHandler implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorJobHandler.class);

  private final Attempts attempts;
  private final Results results;
  private final ParkingLot parkingLot;
  private final Predicate<RunId> cancelled;
  private final Clock clock;
  private final String worker;
  private final RunningJobs running = new RunningJobs();

  /**
   * A handler for all slots of a worker.
   *
   * @param parkingLot for jobs that have to wait long
   * @param cancelled whether a run was cancelled; its jobs are answered without being begun
   * @param worker the name that stands in results
   */
  public MirrorJobHandler(
      Attempts attempts,
      Results results,
      ParkingLot parkingLot,
      Predicate<RunId> cancelled,
      Clock clock,
      String worker) {
    this.attempts = attempts;
    this.results = results;
    this.parkingLot = parkingLot;
    this.cancelled = cancelled;
    this.clock = clock;
    this.worker = worker;
  }

  @Override
  public Verdict handle(Delivery delivery) {
    return totally(delivery, () -> perform(delivery));
  }

  @Override
  public boolean isUnwanted(RunId run) {
    return cancelled.test(run);
  }

  @Override
  public Verdict answerUnwanted(List<Delivery> deliveries) {
    List<JobEvent.Finished> events = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      events.add(new JobEvent.Finished(unbegun(delivery, cancelled(delivery))));
    }
    try {
      results.finished(events);
      Narration.cancelled(deliveries);
      return Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      Narration.allReleased(deliveries);
      Thread.currentThread().interrupt();
      return Verdict.RELEASE;
    } catch (Throwable e) { // total: whoever called must survive whatever this was
      Narration.broken(deliveries.get(0).job(), e);
      return Verdict.RELEASE;
    }
  }

  private static Outcome cancelled(Delivery delivery) {
    return new Outcome.Cancelled("Run " + delivery.job().id().run() + " was cancelled");
  }

  /**
   * Breaks off what runs here of a cancelled run: each such job is answered as cancelled within
   * seconds. Called after the predicate of the constructor knows of it.
   */
  public void runCancelled(RunId run) {
    running.breakOff(run);
  }

  /**
   * Answers for a job that no worker ever finished, so that it ends in the failed list and not in
   * the queue for good. Publishes and behaves as {@link #handle} does.
   */
  public Verdict exhausted(Delivery delivery) {
    String message =
        "The job was delivered "
            + Math.max(1, delivery.number() - 1) // this one is only asked what to say
            + " times, and its worker died or lost it each time";
    return totally(
        delivery,
        () ->
            ended(
                unbegun(delivery, new Outcome.Failed(FailureKind.NO_RESULT, message, List.of()))));
  }

  @FunctionalInterface
  private interface Work {
    LastWord perform() throws InterruptedException;
  }

  /** What the broker is told of a job before it is acknowledged. */
  @FunctionalInterface
  private interface LastWord {
    void say() throws InterruptedException;
  }

  private LastWord ended(MirrorResult result) {
    return () -> {
      Narration.ended(result);
      results.finished(new JobEvent.Finished(result));
    };
  }

  private LastWord parked(Delivery delivery, Attempted.Postponed postponed) {
    Instant now = clock.instant();
    Parking before = delivery.parking();
    Parking parking =
        new Parking(
            postponed.attempts(),
            before == null ? 1 : before.count() + 1,
            before == null ? now : before.sinceAt(now),
            now.plus(postponed.pause()));
    return () -> {
      parkingLot.park(delivery.job(), parking);
      Narration.parked(delivery.job(), postponed, parking);
    };
  }

  private Verdict totally(Delivery delivery, Work work) {
    MirrorJob job = delivery.job();
    MDC.put(LogContext.RUN, job.id().run().toString());
    MDC.put(LogContext.JOB, Integer.toString(job.id().number()));
    try {
      said(work.perform());
      return Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      Narration.released(job);
      Thread.currentThread().interrupt();
      return Verdict.RELEASE;
    } catch (Throwable e) { // total: the queue's thread must survive whatever this was
      Narration.broken(job, e);
      return Verdict.RELEASE;
    } finally {
      MDC.remove(LogContext.RUN);
      MDC.remove(LogContext.JOB);
    }
  }

  /** An interrupt that came before it does not keep it from the broker. */
  private static void said(LastWord last) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    last.say();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private LastWord perform(Delivery delivery) throws InterruptedException {
    RunId run = delivery.job().id().run();
    RunningJobs.Entry entry = running.enter(run);
    try {
      return perform(delivery, run);
    } finally {
      running.leave(entry);
    }
  }

  private LastWord perform(Delivery delivery, RunId run) throws InterruptedException {
    MirrorJob job = delivery.job();
    if (cancelled.test(run)) { // asked when breakOff would find the job: no moment in between
      return ended(unbegun(delivery, cancelled(delivery)));
    }
    Instant begin = clock.instant();
    Narration.begun(delivery);
    announce(new JobEvent.Started(job, worker, begin, delivery.number()));
    Attempted attempted = attempts.mirror(job, delivery.parking(), cancelled);
    if (attempted instanceof Attempted.Succeeded succeeded) {
      return ended(done(delivery, begin, succeeded));
    }
    if (attempted instanceof Attempted.Postponed postponed) {
      return parked(delivery, postponed);
    }
    return ended(gaveUp(delivery, begin, (Attempted.GaveUp) attempted));
  }

  private void announce(JobEvent.Started event) {
    try {
      results.started(event);
    } catch (RuntimeException e) { // only a display would have shown it
      LOG.debug("The start of the job was not published; the job goes on.", e);
    }
  }

  private MirrorResult done(Delivery delivery, Instant begin, Attempted.Succeeded succeeded) {
    MirrorReport report = succeeded.report();
    return new MirrorResult(
        delivery.job(),
        report.changed() ? new Outcome.Mirrored() : new Outcome.Unchanged(),
        succeeded.attempts(),
        delivery.number(),
        begin,
        clock.instant(),
        report.bytes(),
        report.sourceDigest(),
        report.destinationDigest(),
        report.platforms(),
        report.missing(),
        worker);
  }

  private MirrorResult gaveUp(Delivery delivery, Instant begin, Attempted.GaveUp gaveUp) {
    MirrorFailure failure = gaveUp.failure();
    String message = Secrets.leftOut(String.valueOf(failure.getMessage()));
    List<String> evidence = failure.evidence().stream().map(Secrets::leftOut).toList();
    Outcome outcome =
        failure.kind() == FailureKind.CANCELLED
            ? new Outcome.Cancelled(message)
            : new Outcome.Failed(failure.kind(), message, evidence);
    return without(delivery, begin, outcome, gaveUp.attempts());
  }

  private MirrorResult unbegun(Delivery delivery, Outcome outcome) {
    return without(delivery, clock.instant(), outcome, 0);
  }

  private MirrorResult without(Delivery delivery, Instant begin, Outcome outcome, int count) {
    return new MirrorResult(
        delivery.job(),
        outcome,
        count,
        delivery.number(),
        begin,
        clock.instant(),
        ByteCounts.NONE,
        null,
        null,
        List.of(),
        List.of(),
        worker);
  }
}

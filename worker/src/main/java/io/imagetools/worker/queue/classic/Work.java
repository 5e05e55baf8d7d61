package io.imagetools.worker.queue.classic;

import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.DeadLetters;
import io.imagetools.worker.queue.topic.JobRecords;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of one job, on a thread of its own. */
final class Work implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Work.class);

  /**
   * Who performs the jobs.
   *
   * @param handler of jobs
   * @param exhausted of jobs that were begun too often
   * @param deliveries how often is not too often
   */
  record Performers(
      JobHandler handler, JobHandler exhausted, int deliveries, DeadLetters deadLetters) {}

  private final Performers performers;
  private final Taken taken;
  private final int number;
  private final BiConsumer<Taken, JobHandler.Verdict> ended;

  Work(
      Performers performers, Taken taken, int number, BiConsumer<Taken, JobHandler.Verdict> ended) {
    this.performers = performers;
    this.taken = taken;
    this.number = number;
    this.ended = ended;
  }

  @Override
  public void run() {
    JobHandler.Verdict verdict = JobHandler.Verdict.RELEASE; // who throws has said nothing
    try {
      verdict = perform();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn(
          "Offset {} of {} could not be put on the dead-letter topic ({}); that is tried again",
          taken.offset(),
          taken.partition(),
          String.valueOf(e.getCause()));
    } finally {
      ended.accept(taken, verdict);
    }
  }

  /** It will not run. */
  void abandon() {
    ended.accept(taken, JobHandler.Verdict.RELEASE);
  }

  private JobHandler.Verdict perform() throws InterruptedException, ExecutionException {
    Delivery delivery;
    try {
      delivery = JobRecords.delivery(taken.record(), number);
    } catch (InvalidRecordException e) {
      LOG.error(
          "Offset {} of {} is no job: {}. It goes to the dead-letter topic",
          taken.offset(),
          taken.partition(),
          e.getMessage());
      performers.deadLetters().put(taken.record(), number, String.valueOf(e.getMessage()));
      return JobHandler.Verdict.ACKNOWLEDGE;
    }
    if (number <= performers.deliveries()) {
      return handle(performers.handler(), delivery);
    }
    JobHandler.Verdict verdict = handle(performers.exhausted(), delivery);
    if (verdict == JobHandler.Verdict.ACKNOWLEDGE) {
      String reason =
          "It was handed out " + number + " times, and each time its worker died or lost it";
      performers.deadLetters().put(taken.record(), number, reason);
    }
    return verdict;
  }

  private static JobHandler.Verdict handle(JobHandler handler, Delivery delivery) {
    try {
      return handler.handle(delivery);
    } catch (RuntimeException e) { // it is to be total; if it is not, somebody must hear of it
      LOG.error("Job {} broke its handler; it is handed out again", delivery.job().id(), e);
      return JobHandler.Verdict.RELEASE;
    }
  }
}

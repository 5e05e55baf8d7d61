package io.imagetools.worker.execution;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Parking;
import io.imagetools.worker.queue.Delivery;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of a job, from its begin to its end. */
final class Narration {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorJobHandler.class);

  private Narration() {}

  static void begun(Delivery delivery) {
    MirrorJob job = delivery.job();
    ImageReference destination = job.destination();
    LOG.info(
        "SOURCE: [{}] DEST: [{}] TAG: [{}]",
        job.source(),
        destination.repository(),
        destination.requireTag());
    if (delivery.number() > 1) {
      LOG.info(
          "This is delivery {} of the job: a worker before did not finish it; what it copied is"
              + " found and not copied again",
          delivery.number());
    }
  }

  static void ended(MirrorResult result) {
    MirrorJob job = result.job();
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Mirrored) {
      LOG.info("Successfully copied {} => {}.", job.source(), job.destination());
    } else if (outcome instanceof Outcome.Unchanged) {
      LOG.info("Unchanged: {} == {}", job.source(), job.destination());
    } else if (outcome instanceof Outcome.Failed failed) {
      LOG.error(
          "Failed to copy image [{}]: {}; kind {}. It goes into the failed list.",
          job.source(),
          Sentence.withoutStop(failed.message()),
          failed.kind());
      failed.evidence().forEach(line -> LOG.debug("  {}", line));
    } else if (outcome instanceof Outcome.Cancelled stopped) {
      LOG.warn(
          "Did not copy image [{}]: {}. It goes into the failed list.",
          job.source(),
          Sentence.withoutStop(stopped.reason()));
    }
  }

  static void parked(MirrorJob job, Attempted.Postponed postponed, Parking parking) {
    LOG.warn(
        "{}; the image [{}] waits beside the queue until {}, holds no slot, and is tried again then",
        Sentence.withoutStop(Secrets.leftOut(String.valueOf(postponed.failure().getMessage()))),
        job.source(),
        parking.notBefore().truncatedTo(ChronoUnit.SECONDS));
  }

  /** One line a run, not one a job: they may be thousands a second. */
  static void cancelled(List<Delivery> deliveries) {
    deliveries.stream()
        .collect(Collectors.groupingBy(each -> each.job().id().run(), Collectors.counting()))
        .forEach(
            (run, count) ->
                LOG.info(
                    "Run {} was cancelled: {} of its jobs were not begun. They go into the failed"
                        + " list.",
                    run,
                    count));
    deliveries.forEach(
        each -> LOG.debug("Did not copy image [{}]: cancelled.", each.job().source()));
  }

  static void allReleased(List<Delivery> deliveries) {
    LOG.info(
        "{} jobs of cancelled runs are not answered; they go back to the queue and are handed out"
            + " again",
        deliveries.size());
  }

  static void released(MirrorJob job) {
    LOG.info("Job {} was broken off; it goes back to the queue and is handed out again", job.id());
  }

  static void broken(MirrorJob job, Throwable thrown) {
    LOG.error(
        "The result of job {} could not be published: {}; the job goes back to the queue and is"
            + " handed out again",
        job.id(),
        Sentence.withoutStop(Defects.described(thrown)));
    Defects.frames(thrown).forEach(line -> LOG.debug("  {}", line));
  }
}

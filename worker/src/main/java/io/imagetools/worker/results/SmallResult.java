package io.imagetools.worker.results;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import java.util.List;

/**
 * A result without what has no bound of its own: an index may name thousands of platforms, and a
 * result that the topic never takes would keep its job in the queue for good.
 */
final class SmallResult {

  private static final int MAX_MESSAGE = 1_000;

  private SmallResult() {}

  static JobEvent.Finished of(JobEvent.Finished event) {
    MirrorResult all = event.result();
    return new JobEvent.Finished(
        new MirrorResult(
            all.job(),
            small(all.outcome()),
            all.attempts(),
            all.delivery(),
            all.startedAt(),
            all.finishedAt(),
            all.bytes(),
            all.sourceDigest(),
            all.destinationDigest(),
            List.of(),
            List.of(),
            all.worker()));
  }

  private static Outcome small(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      String message = failed.message();
      return new Outcome.Failed(
          failed.kind(),
          message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message,
          List.of());
    }
    return outcome;
  }
}

package io.imagetools.collector.ledger;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import java.time.Instant;
import java.util.List;

/** The result of a job that no worker has ended. */
final class Unfinished {

  private Unfinished() {}

  static MirrorResult result(MirrorJob job, Outcome outcome, Instant now) {
    return new MirrorResult(
        job,
        outcome,
        0,
        1,
        now,
        now,
        ByteCounts.NONE,
        null,
        null,
        List.of(),
        List.of(),
        RunLedger.NO_WORKER);
  }
}

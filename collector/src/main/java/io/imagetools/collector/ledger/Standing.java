package io.imagetools.collector.ledger;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;

/** How a job stands. Of two that are reported of the same job, the later one here counts. */
enum Standing {
  WAITING,
  RUNNING,
  WITHOUT_RESULT,
  CANCELLED,
  FAILED,
  UNCHANGED,
  MIRRORED;

  static Standing of(MirrorResult result) {
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Mirrored) {
      return MIRRORED;
    }
    if (outcome instanceof Outcome.Unchanged) {
      return UNCHANGED;
    }
    if (outcome instanceof Outcome.Failed failed) {
      return of(failed.kind());
    }
    return CANCELLED;
  }

  private static Standing of(FailureKind kind) {
    return switch (kind) {
      case NO_RESULT -> WITHOUT_RESULT;
      case CANCELLED -> CANCELLED;
      default -> FAILED;
    };
  }

  boolean hasEnded() {
    return compareTo(RUNNING) > 0;
  }

  boolean isSuccess() {
    return compareTo(FAILED) > 0;
  }
}

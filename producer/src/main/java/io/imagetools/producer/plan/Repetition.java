package io.imagetools.producer.plan;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans a run that does again what failed in an earlier one. Stateless. */
public final class Repetition {

  private Repetition() {}

  /**
   * The jobs of the new run: those of the results that are failures, as they were, on the lines
   * they stood on, in the same order, numbered anew from 1.
   *
   * @param results of the earlier run, in the order of its numbers
   * @param kinds only failures of these; none: all of them
   */
  public static List<MirrorJob> of(RunId run, List<MirrorResult> results, Set<FailureKind> kinds) {
    List<MirrorJob> jobs = new ArrayList<>();
    for (MirrorResult result : results) {
      Optional<FailureKind> kind = kind(result.outcome());
      if (kind.isPresent() && (kinds.isEmpty() || kinds.contains(kind.get()))) {
        jobs.add(numbered(result.job(), new JobId(run, jobs.size() + 1)));
      }
    }
    return jobs;
  }

  private static Optional<FailureKind> kind(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      return Optional.of(failed.kind());
    }
    return outcome instanceof Outcome.Cancelled
        ? Optional.of(FailureKind.CANCELLED)
        : Optional.empty();
  }

  private static MirrorJob numbered(MirrorJob job, JobId id) {
    return new MirrorJob(
        id,
        job.line(),
        job.source(),
        job.destination(),
        job.platforms(),
        job.overwrite(),
        job.referrers());
  }
}

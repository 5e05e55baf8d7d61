package io.imagetools.producer.publish;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is submitted as one run.
 *
 * @param run its name
 * @param parent the run whose failures it repeats; null if none
 * @param jobs numbered from 1 without a gap
 * @param rejected lines that no job could be made of
 */
public record Submission(
    RunId run, @Nullable RunId parent, List<MirrorJob> jobs, List<JobEvent.LineRejected> rejected) {

  /** Copies the lists. */
  public Submission {
    jobs = List.copyOf(jobs);
    rejected = List.copyOf(rejected);
  }
}

package io.imagetools.producer.plan;

import io.imagetools.common.job.MirrorJob;
import java.util.List;

/**
 * What a list comes to.
 *
 * @param jobs numbered from 1 in list order
 * @param rejected in list order
 * @param repeated one sentence for each line that says what an earlier line says, in list order
 */
public record Plan(List<MirrorJob> jobs, List<RejectedLine> rejected, List<String> repeated) {

  /** Copies the lists. */
  public Plan {
    jobs = List.copyOf(jobs);
    rejected = List.copyOf(rejected);
    repeated = List.copyOf(repeated);
  }

  /** How many lines say what an earlier line says. */
  public int duplicates() {
    return repeated.size();
  }
}

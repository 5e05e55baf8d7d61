package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.QueueMode;
import java.time.Duration;
import java.util.List;

/**
 * What a run of a scenario came to.
 *
 * @param jobs of the run
 * @param lost jobs that are neither mirrored nor named in the failed list
 * @param withoutResult jobs that no result was ever seen of
 * @param repeated begins of jobs that had been finished before, each with its job's story, but for
 *     those that are next
 * @param cutOff such begins where the trouble came between the job's end and its acknowledgment, or
 *     between its being taken and its begin, or where the journal proves that a worker that had it,
 *     or the broker, stood still for too long to keep it
 * @param moved such begins on a classic queue while workers came or went
 * @param begunAgain begins of jobs that had been begun and not finished
 * @param redelivery how long the jobs that the trouble cut off waited for their next begin: median
 * @param slowestRedelivery the longest of these
 * @param slotsBusy which part of the slots' time was work, while jobs waited
 * @param stoodStill for which part of that time a worker or the broker stood still; of the worst
 * @param makespan from the submission to the end of the last job
 * @param ideal what {@link IdealSchedule} says
 * @param remark what else was seen; may be empty
 */
record Verdict(
    Scenario scenario,
    QueueMode queue,
    int jobs,
    int lost,
    int withoutResult,
    List<String> repeated,
    int cutOff,
    int moved,
    int begunAgain,
    Duration redelivery,
    Duration slowestRedelivery,
    double slotsBusy,
    double stoodStill,
    Duration makespan,
    Duration ideal,
    String remark) {

  Verdict {
    repeated = List.copyOf(repeated);
  }
}

package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.QueueMode;
import java.time.Duration;

/**
 * What a run of a scenario came to.
 *
 * @param jobs of the run
 * @param lost jobs that are neither mirrored nor named in the failed list
 * @param withoutResult jobs that no result was ever seen of
 * @param repeated begins of jobs that had been finished before, but for those that are next
 * @param cutOff such begins where the trouble came between the job's end and its acknowledgment, or
 *     between its being taken and its begin
 * @param begunAgain begins of jobs that had been begun and not finished
 * @param redelivery how long the jobs that the trouble cut off waited for their next begin: median
 * @param slowestRedelivery the longest of these
 * @param slotsBusy which part of the slots' time was work, while jobs waited
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
    int repeated,
    int cutOff,
    int begunAgain,
    Duration redelivery,
    Duration slowestRedelivery,
    double slotsBusy,
    Duration makespan,
    Duration ideal,
    String remark) {}

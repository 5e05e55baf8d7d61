package io.imagetools.worker.queue;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.QueuedJob;
import io.imagetools.common.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A job as the queue hands it out.
 *
 * @param job what to do
 * @param number which delivery of the job it is, counted from 1; of a job that was parked, since
 *     then
 * @param parking what it has behind it; null: it was never parked
 * @param trace that its record belongs to; null: none
 */
public record Delivery(
    MirrorJob job, int number, @Nullable Parking parking, @Nullable TraceContext trace) {

  /** Of a job that was never parked. */
  public Delivery(MirrorJob job, int number) {
    this(job, number, null, null);
  }

  /** Of a job as it was on the queue. */
  public Delivery(QueuedJob queued, int number, @Nullable TraceContext trace) {
    this(queued.job(), number, queued.parking(), trace);
  }
}

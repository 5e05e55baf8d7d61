package io.imagetools.worker.queue;

import io.imagetools.common.job.MirrorJob;

/**
 * A job as the queue hands it out.
 *
 * @param job what to do
 * @param number which delivery of the job it is, counted from 1
 */
public record Delivery(MirrorJob job, int number) {}

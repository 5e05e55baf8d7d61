package io.imagetools.common.job;

import org.jspecify.annotations.Nullable;

/**
 * A job as it is on the queue, or beside it.
 *
 * @param job what to do
 * @param parking what it has behind it; null: it was never parked
 */
public record QueuedJob(MirrorJob job, @Nullable Parking parking) {}

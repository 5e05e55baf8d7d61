package io.imagetools.worker.execution;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;

/**
 * The port to where jobs wait whose time has not come, beside the queue, so that they hold no slot.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface ParkingLot {

  /**
   * Parks a job; it comes back to the queue when its time has come. Returns when the broker has
   * acknowledged that, however long it is away: after that the job may be acknowledged.
   *
   * @throws InterruptedException if the thread was interrupted; it may or may not be parked
   */
  void park(MirrorJob job, Parking parking) throws InterruptedException;
}

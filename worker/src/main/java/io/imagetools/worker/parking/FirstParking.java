package io.imagetools.worker.parking;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.worker.execution.ParkingLot;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nobody else parks anything, parked jobs are brought back from the first on that is parked:
 * most runs park none. Thread-safe.
 */
public final class FirstParking implements ParkingLot {
  private static final Logger LOG = LoggerFactory.getLogger(FirstParking.class);

  private final ParkingLot lot;
  private final ParkedJobsReturn back;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Before those two.
   *
   * @param back not started, and not closed here
   */
  public FirstParking(ParkingLot lot, ParkedJobsReturn back) {
    this.lot = lot;
    this.back = back;
  }

  @Override
  public void park(MirrorJob job, Parking parking) throws InterruptedException {
    lot.park(job, parking);
    if (begun.compareAndSet(false, true)) {
      try {
        back.start();
      } catch (RejectedExecutionException e) {
        LOG.debug("Job {} was parked while the worker ended.", job.id(), e);
      }
    }
  }
}

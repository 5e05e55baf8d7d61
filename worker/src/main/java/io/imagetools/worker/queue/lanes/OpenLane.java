package io.imagetools.worker.queue.lanes;

import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a lane when something is on it, and leaves it when nothing was for a while. As long as
 * nobody says what is on it, it stays as it is. {@link #run} has one thread; the rest is
 * thread-safe.
 */
final class OpenLane implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenLane.class);

  /** How often it is asked whether jobs wait: so late are they at most, and a join. */
  static final Duration LOOK = Duration.ofSeconds(2);

  /** To leave and to join a group costs seconds; so many looks in vain are worth it. */
  static final int LOOKS_IN_VAIN = 15;

  private static final Duration LAST_JOBS = Duration.ofMinutes(1);

  private final Lane lane;
  private final int slots;
  private final JobHandler handler;
  private final StopSignal stop;
  private final Duration look;
  private int inVain;
  private volatile @Nullable JobQueue open;

  OpenLane(Lane lane, int slots, JobHandler handler, StopSignal stop, Duration look) {
    this.lane = lane;
    this.slots = slots;
    this.handler = handler;
    this.stop = stop;
    this.look = look;
  }

  /** The queue if it is served now. */
  @Nullable JobQueue queue() {
    return open;
  }

  @Override
  public void run() {
    boolean troubled = false;
    while (!stop.await(look)) {
      try {
        look();
        troubled = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) { // whatever it was: it is tried again
        trouble(e, troubled);
        troubled = true;
      }
    }
  }

  private void look() throws InterruptedException {
    OptionalLong jobs = lane.work().jobs();
    if (jobs.isEmpty()) {
      return; // a broker that is away: running copies go on, and who would tell of new jobs?
    }
    if (jobs.getAsLong() > 0) {
      inVain = 0;
      open();
    } else if (busy()) {
      inVain = 0;
    } else if (++inVain == LOOKS_IN_VAIN) {
      leave(LAST_JOBS);
    }
  }

  private boolean busy() {
    JobQueue served = open;
    return served != null && served.running() > 0;
  }

  private void open() {
    if (open != null) {
      return;
    }
    JobQueue opened = lane.queues().get();
    open = opened;
    try {
      opened.start(slots, handler);
      LOG.info("Images of {} wait: they get slots too, {} at once at most", lane.name(), slots);
    } catch (RuntimeException e) {
      leave(Duration.ZERO);
      throw e;
    }
    if (stop.requested()) { // it may not have seen this one
      leave(Duration.ZERO);
    }
  }

  private void leave(Duration drain) {
    JobQueue left = open;
    if (left != null) {
      left.stop(drain);
      open = null;
    }
  }

  private void trouble(RuntimeException problem, boolean said) {
    if (!said) {
      LOG.warn(
          "Images of {} wait, and this worker can't take them ({}). It is tried again every {} s",
          lane.name(),
          problem.getMessage(),
          look.toSeconds());
    }
    LOG.debug("The queue for {} can't be served.", lane.name(), problem);
  }
}

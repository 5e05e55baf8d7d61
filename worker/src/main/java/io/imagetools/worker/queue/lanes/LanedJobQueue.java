package io.imagetools.worker.queue.lanes;

import io.imagetools.common.process.Check;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue for all runs and, while something is on them, others for runs that would wait behind
 * those. All together take as many jobs as there are slots. Thread-safe.
 *
 * <p>Each of them keeps the whole contract by itself; here it is only said who gets a slot.
 */
public final class LanedJobQueue implements JobQueue {
  private static final Logger LOG = LoggerFactory.getLogger(LanedJobQueue.class);

  private static final Duration LAST_LOOK = Duration.ofSeconds(5);

  private final JobQueue main;
  private final List<Lane> lanes;
  private final StopSignal stop = new StopSignal();
  private final ExecutorService watch;
  private final ExecutorService stopping;

  private volatile List<OpenLane> open = List.of();
  private volatile @Nullable Permits permits;

  /**
   * Several queues.
   *
   * @param main has as many slots as there are
   * @param lanes at least one
   */
  public LanedJobQueue(JobQueue main, List<Lane> lanes) {
    this.main = main;
    this.lanes = List.copyOf(lanes);
    this.watch = JobThreads.named("lane", lanes.size());
    this.stopping = JobThreads.named("lane-stop", lanes.size());
  }

  @Override
  public void start(int slots, JobHandler handler) {
    Permits given = new Permits(slots, handler);
    permits = given;
    for (Lane lane : lanes) {
      lane.queues().get().prepare(); // what is missing is said now and not when jobs wait
    }
    main.start(slots, given.share());
    open =
        lanes.stream()
            .map(lane -> new OpenLane(lane, lane.slots(slots), given.share(), stop, OpenLane.LOOK))
            .toList();
    open.forEach(watch::execute);
  }

  @Override
  public void takeNoMore() {
    stop.request();
    main.takeNoMore();
    for (OpenLane lane : open) {
      JobQueue queue = lane.queue();
      if (queue != null) {
        queue.takeNoMore();
      }
    }
    Permits given = permits;
    if (given != null) {
      given.close(); // last: what comes back now is for another worker, as each queue knows
    }
  }

  @Override
  public void stop(Duration drain) {
    takeNoMore();
    List<JobQueue> served = new ArrayList<>();
    List<Future<?>> ends = new ArrayList<>();
    for (OpenLane lane : open) { // beside the first: all have the same time
      JobQueue queue = lane.queue();
      if (queue != null) {
        served.add(queue);
        submit(() -> queue.stop(drain), ends);
      }
    }
    main.stop(drain);
    if (!ended(ends, drain.plus(LAST_LOOK))) {
      served.forEach(JobQueue::close);
    }
    JobThreads.end(watch, Duration.ZERO); // it may wait for a broker that is away
    JobThreads.end(stopping, Duration.ZERO);
  }

  private void submit(Runnable work, List<Future<?>> begun) {
    try {
      begun.add(stopping.submit(work));
    } catch (RejectedExecutionException e) {
      LOG.trace("It was stopped before.", e);
    }
  }

  private static boolean ended(List<Future<?>> works, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (Future<?> work : works) {
        long left = Math.max(0, deadline - System.nanoTime());
        Object unused = work.get(left, TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("A queue beside the first did not stop in time.", e);
      return false;
    }
  }

  @Override
  public int running() {
    Permits given = permits;
    return given == null ? 0 : given.running();
  }

  @Override
  public Check check() {
    return main.check();
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}

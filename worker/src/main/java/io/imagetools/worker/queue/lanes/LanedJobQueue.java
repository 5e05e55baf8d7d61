package io.imagetools.worker.queue.lanes;

import io.imagetools.common.process.Check;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue for all runs and, while something is on it, one more for small runs. Both together take
 * as many jobs as there are slots; the second a quarter of them at most, one at least. Thread-safe.
 *
 * <p>Each of the two keeps the whole contract by itself; here it is only said who gets a slot.
 */
public final class LanedJobQueue implements JobQueue {
  private static final Logger LOG = LoggerFactory.getLogger(LanedJobQueue.class);

  /** How often it is asked whether small runs wait: so late are they at most, and a join. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** To leave and to join a group costs seconds; so many looks in vain are worth it. */
  private static final int LOOKS_IN_VAIN = 15;

  /** Of all slots. */
  private static final int QUARTER = 4;

  private static final Duration LAST_JOBS = Duration.ofMinutes(1);
  private static final Duration LAST_LOOK = Duration.ofSeconds(5);

  /** Whether jobs of small runs wait or are under way. */
  @FunctionalInterface
  public interface SmallRuns {
    /** Whether some are not done; false if the cluster does not say. */
    boolean waiting() throws InterruptedException;
  }

  private final JobQueue main;
  private final Supplier<JobQueue> express;
  private final SmallRuns smallRuns;
  private final StopSignal stop = new StopSignal();
  private final ExecutorService watch = JobThreads.named("express", 1);
  private final ExecutorService stopping = JobThreads.named("express-stop", 1);

  private volatile @Nullable JobQueue lane;
  private volatile @Nullable Permits permits;

  /**
   * Two queues.
   *
   * @param express a new queue for small runs each time
   */
  public LanedJobQueue(JobQueue main, Supplier<JobQueue> express, SmallRuns smallRuns) {
    this.main = main;
    this.express = express;
    this.smallRuns = smallRuns;
  }

  @Override
  public void start(int slots, JobHandler handler) {
    Permits given = new Permits(slots, handler);
    permits = given;
    express.get().prepare(); // what is missing is said now and not when a small run waits
    main.start(slots, given);
    int most = Math.max(1, slots / QUARTER);
    watch.execute(() -> watch(most, given));
  }

  private void watch(int most, JobHandler handler) {
    int inVain = 0;
    boolean troubled = false;
    while (!stop.await(LOOK)) {
      try {
        inVain = smallRuns.waiting() ? 0 : inVain + 1;
        if (inVain == 0) {
          open(most, handler);
        } else if (inVain == LOOKS_IN_VAIN) {
          leave(LAST_JOBS);
        }
        troubled = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) { // whatever it was: it is tried again
        trouble(e, troubled);
        troubled = true;
      }
    }
  }

  private void open(int most, JobHandler handler) {
    if (lane != null) {
      return;
    }
    JobQueue opened = express.get();
    lane = opened;
    try {
      opened.start(most, handler);
      LOG.info("Images of small runs wait: they get the next slots, {} at once at most", most);
    } catch (RuntimeException e) {
      leave(Duration.ZERO);
      throw e;
    }
    if (stop.requested()) { // it may not have seen this one
      leave(Duration.ZERO);
    }
  }

  private void leave(Duration drain) {
    JobQueue open = lane;
    if (open != null) {
      open.stop(drain);
      lane = null;
    }
  }

  private static void trouble(RuntimeException problem, boolean said) {
    if (!said) {
      LOG.warn(
          "Images of small runs wait, and this worker can't take them ({}). It is tried again every"
              + " {} s",
          problem.getMessage(),
          LOOK.toSeconds());
    }
    LOG.debug("The queue for small runs can't be served.", problem);
  }

  @Override
  public void stop(Duration drain) {
    stop.request();
    Permits given = permits;
    if (given != null) {
      given.close();
    }
    JobQueue open = lane;
    if (open != null) { // beside the other: both have the same time
      Future<?> other = submitted(() -> open.stop(drain));
      main.stop(drain);
      await(other, open, drain);
    } else {
      main.stop(drain);
    }
    end(watch);
    end(stopping);
  }

  private @Nullable Future<?> submitted(Runnable work) {
    try {
      return stopping.submit(work);
    } catch (RejectedExecutionException e) {
      return null; // it was stopped before
    }
  }

  private static void await(@Nullable Future<?> other, JobQueue open, Duration drain) {
    try {
      if (other != null) {
        Object unused = other.get(drain.plus(LAST_LOOK).toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      open.close();
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The queue for small runs did not stop in time.", e);
      open.close();
    }
  }

  private static void end(ExecutorService threads) {
    threads.shutdownNow(); // it may wait for a broker that is away
    try {
      if (!threads.awaitTermination(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("A thread of the queue for small runs did not end in time.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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

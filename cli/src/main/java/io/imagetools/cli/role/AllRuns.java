package io.imagetools.cli.role;

import io.imagetools.cli.metrics.CollectorMetrics;
import io.imagetools.collector.intake.StatusPartitions;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.RunsTail;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows every run that the cluster knows, and every run that it will know, each with its own
 * files. It remembers nothing: started again, it reads the runs that have not ended once more. Used
 * by one thread.
 */
public final class AllRuns {
  private static final Logger LOG = LoggerFactory.getLogger(AllRuns.class);

  /**
   * Each has a client of its own; what is above waits, the oldest first, until one ends, or has
   * been silent for long: a job of it may be missing for as long as others keep the queue busy.
   */
  static final int MOST_AT_ONCE = 20;

  /** A new run is noticed at once; so often the wish to end is looked for. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /** A cluster that refuses, or a full disk, is left alone for so long. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** Writing the files of all runs that are followed. */
  private static final Duration LAST_FILES = Duration.ofSeconds(20);

  /**
   * As long as results are kept: whoever cancelled a run does not mark when its jobs have ended.
   */
  private static final Duration CANCELLED_KEPT = Duration.ofDays(14);

  private final Cluster cluster;
  private final RunFiles files;
  private final Duration grace;
  private final Clock clock;
  private final @Nullable CollectorMetrics metrics;
  private final RunWatcher watcher;
  private final Duration pause;
  private final ThreadPoolExecutor threads = threads();
  private final StatusPartitions partitions;

  /** Those that are followed, or wait for it, with who is told of them. */
  private final Map<RunId, RunWatcher> followed = new ConcurrentHashMap<>();

  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * Of that cluster.
   *
   * @param grace how long a silent run with an empty queue is waited for
   * @param metrics null: nobody wants to know
   * @param watcher is told what happens in each run
   */
  public AllRuns(
      Cluster cluster,
      RunFiles files,
      Duration grace,
      Clock clock,
      @Nullable CollectorMetrics metrics,
      RunWatcher watcher) {
    this(cluster, files, grace, clock, metrics, watcher, PAUSE);
  }

  /** The same, and what went wrong is tried again after another pause. */
  AllRuns(
      Cluster cluster,
      RunFiles files,
      Duration grace,
      Clock clock,
      @Nullable CollectorMetrics metrics,
      RunWatcher watcher,
      Duration pause) {
    this.pause = pause;
    this.cluster = cluster;
    this.files = files;
    this.grace = grace;
    this.clock = clock;
    this.metrics = metrics;
    this.watcher = watcher;
    this.partitions = new StatusPartitions(cluster.settings());
  }

  /**
   * Follows until somebody wants it to end; then each list says what is not mirrored yet.
   *
   * @param ending asked several times a second
   * @throws EnvironmentException if the cluster refuses at the start
   */
  public void follow(BooleanSupplier ending) throws InterruptedException {
    try (RunsTail tail = new RunsTail(cluster.settings())) {
      submit(tail.known().values());
      while (!ending.getAsBoolean()) {
        submit(next(tail));
      }
    } finally {
      stop.countDown();
      threads.shutdown();
    }
    if (!threads.awaitTermination(LAST_FILES.toMillis(), TimeUnit.MILLISECONDS)) {
      threads.shutdownNow();
      LOG.warn("Not all runs were left in good order; the next 'collect --all' puts that right");
    }
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        MOST_AT_ONCE,
        MOST_AT_ONCE,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        work -> {
          Thread thread = new Thread(work, "collect-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private Collection<Run> next(RunsTail tail) throws InterruptedException {
    try {
      return tail.next(LOOK).values();
    } catch (EnvironmentException e) {
      LOG.error(
          "{} New runs are looked for again and again until that is put right", e.getMessage());
      pause(LOOK.multipliedBy(4));
      return Set.of();
    }
  }

  private void submit(Collection<Run> runs) {
    for (Run run : runs) {
      if (mayHaveJobs(run) && followed.putIfAbsent(run.id(), new ToldOnce(watcher)) == null) {
        threads.execute(() -> follow(run));
      }
    }
  }

  private boolean mayHaveJobs(Run run) {
    return switch (run.state()) {
      case OPEN -> true;
      case CANCELLED -> run.createdAt().plus(CANCELLED_KEPT).isAfter(clock.instant());
      case DONE -> false;
    };
  }

  private void follow(Run run) {
    CollectorMetrics.End end = CollectorMetrics.End.BROKEN;
    try {
      while (!stopping() && end == CollectorMetrics.End.BROKEN) {
        end = end(run);
        if (end == CollectorMetrics.End.BROKEN) {
          pause(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the process ends
    } finally {
      if (end == CollectorMetrics.End.INTERRUPTED && !stopping()) {
        followLater(run);
      } else {
        followed.remove(run.id());
      }
    }
  }

  /** After those that wait now. */
  private void followLater(Run run) {
    try {
      threads.execute(() -> follow(run));
    } catch (RejectedExecutionException e) {
      LOG.trace("It is to end this very moment.", e);
    }
  }

  private boolean othersWait() {
    return !threads.getQueue().isEmpty();
  }

  /** What became of it; broken: it could not be followed, and is tried again. Total. */
  private CollectorMetrics.End end(Run run) throws InterruptedException {
    try {
      if (!partitions.hold(run)) {
        LOG.warn(
            "Run {} is not followed: its events were in partition {} of the topic {}, which is not"
                + " there any more. Submit its list again",
            run.id(),
            run.statusPartition(),
            cluster.settings().topics().status());
        return CollectorMetrics.End.INCOMPLETE;
      }
    } catch (RuntimeException | Error e) { // whatever it was: no other run must suffer from it
      LOG.error(
          "Run {}: {} It is tried again in {} s", run.id(), e.getMessage(), pause.toSeconds());
      return CollectorMetrics.End.BROKEN;
    }
    return served(run);
  }

  private CollectorMetrics.End served(Run run) throws InterruptedException {
    CollectorMetrics.End end = CollectorMetrics.End.BROKEN;
    if (metrics != null) {
      metrics.followed();
    }
    try {
      RunWatcher told = followed.getOrDefault(run.id(), watcher);
      ServedRun served = new ServedRun(cluster, run, files, grace, clock, told);
      end = endOf(served.follow(this::stopping, this::othersWait));
    } catch (EnvironmentException e) {
      LOG.error(
          "Run {}: {} It is tried again in {} s", run.id(), e.getMessage(), pause.toSeconds());
    } catch (RuntimeException | Error e) { // no run must suffer from it, nor be forgotten
      LOG.error(
          "Run {} can't be followed: it is tried again in {} s", run.id(), pause.toSeconds(), e);
    } finally {
      if (metrics != null) {
        metrics.left(end);
      }
    }
    return end;
  }

  private static CollectorMetrics.End endOf(ExitCode status) {
    return switch (status) {
      case OK -> CollectorMetrics.End.COMPLETE;
      case INTERRUPTED -> CollectorMetrics.End.INTERRUPTED;
      default -> CollectorMetrics.End.INCOMPLETE;
    };
  }

  private boolean stopping() {
    return stop.getCount() == 0;
  }

  private void pause(Duration length) throws InterruptedException {
    boolean unused = stop.await(length.toMillis(), TimeUnit.MILLISECONDS);
  }
}

package io.imagetools.cli.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a collector of all runs counts, and the queue's lag, which share groups do not export by
 * themselves. Thread-safe.
 *
 * <p>Names as Prometheus shows them. This holds whenever no run is just beginning or ending:
 *
 * <ul>
 *   <li>{@code imagetools_runs_followed_total} = sum of {@code imagetools_runs_left_total} over all
 *       labels + {@code imagetools_runs_following}
 * </ul>
 *
 * <p>The label {@code end} of those that were left: {@code complete}, all of the run is mirrored;
 * {@code incomplete}, it has a failed list; {@code interrupted}, the run goes on: this process
 * ends, or others were waiting to be followed; {@code broken}, it could not be followed and is
 * tried again. {@code imagetools_queue_lag} is jobs waiting and running, {@code NaN} while the
 * cluster does not say.
 */
public final class CollectorMetrics implements AutoCloseable {

  /** What a scraper or an autoscaler asks for at most. */
  private static final int SECONDS_BETWEEN = 10;

  private final MeterRegistry registry;
  private final Counter followed;
  private final AtomicInteger following = new AtomicInteger();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread created = new Thread(work, "queue-lag");
            created.setDaemon(true);
            return created;
          });
  private volatile double lag = Double.NaN;

  /** Who knows how long the queue is. */
  @FunctionalInterface
  public interface Queue {

    /** Jobs that wait or run; empty: it can't be said now. */
    OptionalLong jobs() throws InterruptedException;
  }

  /** Among those measurements, with that queue's lag from now on. */
  @SuppressWarnings("FutureReturnValueIgnored") // look() sees every failure
  public CollectorMetrics(Measurements measurements, Queue queue) {
    registry = measurements.registry();
    followed =
        Counter.builder("imagetools.runs.followed")
            .description("Runs that this collector began to follow.")
            .register(registry);
    Gauge.builder("imagetools.runs.following", following, AtomicInteger::get)
        .description("Runs that it follows now.")
        .register(registry);
    Gauge.builder("imagetools.queue.lag", () -> lag)
        .description("Jobs that wait or run, of all runs; NaN: the cluster does not say.")
        .register(registry);
    for (String end : new String[] {"complete", "incomplete", "interrupted", "broken"}) {
      left(end);
    }
    thread.scheduleWithFixedDelay(() -> look(queue), 0, SECONDS_BETWEEN, TimeUnit.SECONDS);
  }

  private Counter left(String end) {
    return Counter.builder("imagetools.runs.left")
        .description("Runs that it follows no more, and why.")
        .tag("end", end)
        .register(registry);
  }

  private void look(Queue queue) {
    try {
      OptionalLong jobs = queue.jobs();
      lag = jobs.isPresent() ? jobs.getAsLong() : Double.NaN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed meanwhile
    } catch (RuntimeException e) { // the next look may be luckier
      lag = Double.NaN;
    }
  }

  /** A run is followed from now on. */
  public void followed() {
    followed.increment();
    following.incrementAndGet();
  }

  /** It is not any more, for one of the reasons above. */
  public void left(End end) {
    following.decrementAndGet();
    left(end.label).increment();
  }

  /** Why a run is followed no more. */
  public enum End {
    COMPLETE("complete"),
    INCOMPLETE("incomplete"),
    INTERRUPTED("interrupted"),
    BROKEN("broken");

    private final String label;

    End(String label) {
      this.label = label;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

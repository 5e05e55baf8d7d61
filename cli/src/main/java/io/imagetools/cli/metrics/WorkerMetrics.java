package io.imagetools.cli.metrics;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.worker.execution.CircuitState;
import io.imagetools.worker.execution.Results;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.HandlerAround;
import io.imagetools.worker.queue.JobHandler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a worker counts. Its queue and its results pass through here; nothing else knows of it.
 * Thread-safe.
 *
 * <p>Names as Prometheus shows them. These hold whenever no job is just beginning or ending:
 *
 * <ul>
 *   <li>{@code imagetools_jobs_taken_total} = sum of {@code imagetools_jobs_finished_total} over
 *       all labels + {@code imagetools_jobs_parked_total} + {@code imagetools_jobs_returned_total}
 *       + {@code imagetools_jobs_running}
 *   <li>{@code imagetools_jobs_running} ≤ {@code imagetools_slots}
 *   <li>{@code imagetools_job_seconds_count} = sum of {@code imagetools_jobs_finished_total}
 *   <li>{@code imagetools_attempts_total} ≥ finished as {@code mirrored} or {@code unchanged}: each
 *       had one attempt at least. It counts those of finished jobs only.
 *   <li>{@code imagetools_blobs_sent_bytes_total} ≥ {@code imagetools_blobs_bytes_total} with
 *       {@code how="copied"}, with the engine {@code registry}: what had to go twice counts twice.
 * </ul>
 *
 * <p>Finished: the broker has acknowledged the result, with the label {@code outcome}, and of a
 * failure its {@code kind} (else {@code none}). Parked: the broker has it again, with a time before
 * which nobody takes it. Returned: nothing was said of it, and it is handed out again. A job that
 * is handed out twice is taken twice, so over a fleet taken ≥ jobs of all runs.
 */
public final class WorkerMetrics {
  private static final String FINISHED = "imagetools.jobs.finished";

  private final Measurements measurements;
  private final MeterRegistry registry;
  private final Counter taken;
  private final Counter parked;
  private final Counter returned;
  private final Counter attempts;
  private final Counter copied;
  private final Counter mounted;
  private final Counter skipped;
  private final Timer seconds;
  private final AtomicInteger running = new AtomicInteger();

  /** Held here, since a counter holds what it asks weakly. */
  private volatile LongSupplier sent = () -> 0;

  /** Whether the job of this thread has a result; a job has one thread from begin to end. */
  private final ThreadLocal<Boolean> answered = ThreadLocal.withInitial(() -> false);

  /** Among those measurements. */
  public WorkerMetrics(Measurements measurements) {
    this.measurements = measurements;
    registry = measurements.registry();
    taken = counter("imagetools.jobs.taken", "Jobs that the queue handed to this worker.");
    parked = counter("imagetools.jobs.parked", "Jobs put back with a time before which they wait.");
    returned = counter("imagetools.jobs.returned", "Jobs given back to the queue unanswered.");
    attempts = counter("imagetools.attempts", "Attempts of the jobs that have finished.");
    copied = bytes("copied");
    mounted = bytes("mounted");
    skipped = bytes("skipped");
    seconds =
        Timer.builder("imagetools.job")
            .description("From the begin of a job's first attempt here to its result.")
            .serviceLevelObjectives(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(30))
            .register(registry);
    Gauge.builder("imagetools.jobs.running", running, AtomicInteger::get)
        .description("Jobs that run here now: slots that are busy.")
        .register(registry);
    // There from the beginning: a counter that appears with its first value has not increased.
    for (String outcome : new String[] {"mirrored", "unchanged", "cancelled"}) {
      finished(outcome, "none");
    }
    for (FailureKind kind : FailureKind.values()) {
      finished("failed", kind.name());
    }
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter bytes(String how) {
    return Counter.builder("imagetools.blobs.bytes")
        .description("Bytes of blobs: sent, made available from another repository, there already.")
        .tag("how", how)
        .register(registry);
  }

  private Counter finished(String outcome, String kind) {
    return Counter.builder(FINISHED)
        .description("Jobs whose result the broker has acknowledged.")
        .tag("outcome", outcome)
        .tag("kind", kind)
        .register(registry);
  }

  /** How many jobs at once. */
  public void slots(int count) {
    Gauge.builder("imagetools.slots", () -> count)
        .description("Jobs that this worker does at once.")
        .register(registry);
  }

  /** Bytes of blobs that went out so far, asked at each reading. */
  public void sent(LongSupplier bytes) {
    sent = bytes;
    FunctionCounter.builder("imagetools.blobs.sent", this, it -> it.sent.getAsLong())
        .description("Bytes of blobs as they go out, of running jobs too; engine registry only.")
        .baseUnit("bytes")
        .register(registry);
  }

  /** The circuits of the registries that the worker knows, asked at each reading. */
  public void circuits(Supplier<Map<Registry, CircuitState>> circuits) {
    MultiGauge rows =
        MultiGauge.builder("imagetools.registry.circuit")
            .description("0: the registry is used; 1: it is left alone; 0.5: some images try it.")
            .register(registry);
    measurements.beforeReading(
        () ->
            rows.register(
                circuits.get().entrySet().stream()
                    .map(
                        each ->
                            MultiGauge.Row.of(
                                Tags.of("registry", each.getKey().host()), each.getValue().level()))
                    .toList(),
                true));
  }

  /** The same handler, with what it does counted. */
  public JobHandler measured(JobHandler handler) {
    return new HandlerAround(handler) {
      @Override
      public Verdict handle(Delivery delivery) {
        taken.increment();
        running.incrementAndGet();
        answered.set(false);
        try {
          return counted(handler, delivery);
        } finally {
          running.decrementAndGet();
          answered.remove();
        }
      }

      @Override
      public Verdict answerUnwanted(List<Delivery> deliveries) {
        return countedTogether(handler, deliveries);
      }
    };
  }

  private JobHandler.Verdict countedTogether(JobHandler handler, List<Delivery> deliveries) {
    taken.increment(deliveries.size());
    JobHandler.Verdict verdict = handler.answerUnwanted(deliveries);
    if (verdict == JobHandler.Verdict.RELEASE) {
      returned.increment(deliveries.size());
    }
    return verdict;
  }

  private JobHandler.Verdict counted(JobHandler handler, Delivery delivery) {
    JobHandler.Verdict verdict = handler.handle(delivery);
    switch (verdict) {
      case RELEASE -> returned.increment();
      case ACKNOWLEDGE -> {
        if (!answered.get()) {
          parked.increment();
        }
      }
    }
    return verdict;
  }

  /** The same results, with what the broker acknowledged counted. */
  public Results measured(Results results) {
    return new Results() {
      @Override
      public void started(JobEvent.Started event) {
        results.started(event);
      }

      @Override
      public void finished(JobEvent.Finished event) throws InterruptedException {
        results.finished(event);
        answered.set(true);
        count(event.result());
      }

      @Override
      public void finished(List<JobEvent.Finished> events) throws InterruptedException {
        results.finished(events);
        events.forEach(event -> count(event.result()));
      }
    };
  }

  private void count(MirrorResult result) {
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Mirrored) {
      finished("mirrored", "none").increment();
    } else if (outcome instanceof Outcome.Unchanged) {
      finished("unchanged", "none").increment();
    } else if (outcome instanceof Outcome.Failed failed) {
      finished("failed", failed.kind().name()).increment();
    } else {
      finished("cancelled", "none").increment();
    }
    attempts.increment(result.attempts());
    copied.increment((double) result.bytes().copied());
    mounted.increment((double) result.bytes().mounted());
    skipped.increment((double) result.bytes().skipped());
    Duration length = Duration.between(result.startedAt(), result.finishedAt());
    seconds.record(length.isNegative() ? Duration.ZERO : length); // a clock may be set back
  }
}

package io.imagetools.worker.execution;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.HandlerAround;
import io.imagetools.worker.queue.JobHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes each delivery of a job a span of the trace that its record names. While it is handled, all
 * that the worker sends for it bears the span: requests to registries, results, parkings.
 * Thread-safe.
 */
public final class TracedJobs {
  private static final String NAME = "mirror image";

  /** The work of this thread; a job has one thread from begin to end. */
  private static final ThreadLocal<@Nullable TracedWork> CURRENT = new ThreadLocal<>();

  private final Tracing tracing;
  private final String worker;

  /**
   * Of one worker.
   *
   * @param worker its name, which a span bears
   */
  public TracedJobs(Tracing tracing, String worker) {
    this.tracing = tracing;
    this.worker = worker;
  }

  /** The same handler, traced. */
  public JobHandler traced(JobHandler handler) {
    return new HandlerAround(handler) {
      @Override
      public Verdict handle(Delivery delivery) {
        return spanned(handler, delivery);
      }

      @Override
      public Verdict answerUnwanted(List<Delivery> deliveries) {
        return together(handler, deliveries);
      }
    };
  }

  private JobHandler.Verdict spanned(JobHandler handler, Delivery delivery) {
    TracedWork work =
        tracing.begin(Tracing.Kind.CONSUMER, NAME, delivery.trace(), attributes(delivery));
    TraceContext before = CurrentTrace.swap(work.context());
    CURRENT.set(work);
    try {
      JobHandler.Verdict verdict = handler.handle(delivery);
      if (verdict == JobHandler.Verdict.RELEASE) {
        work.failed("it goes back to the queue");
      }
      return verdict;
    } finally {
      CURRENT.remove();
      CurrentTrace.swap(before);
      work.end();
    }
  }

  /**
   * Nothing is done for them, so they are no spans; their results bear the traces of their runs.
   */
  private static JobHandler.Verdict together(JobHandler handler, List<Delivery> deliveries) {
    Map<Optional<TraceContext>, List<Delivery>> traces =
        deliveries.stream()
            .collect(Collectors.groupingBy(each -> Optional.ofNullable(each.trace())));
    for (Map.Entry<Optional<TraceContext>, List<Delivery>> each : traces.entrySet()) {
      TraceContext before = CurrentTrace.swap(each.getKey().orElse(null));
      try {
        if (handler.answerUnwanted(each.getValue()) == JobHandler.Verdict.RELEASE) {
          return JobHandler.Verdict.RELEASE; // of all: those that were answered are so twice
        }
      } finally {
        CurrentTrace.swap(before);
      }
    }
    return JobHandler.Verdict.ACKNOWLEDGE;
  }

  private Map<String, String> attributes(Delivery delivery) {
    MirrorJob job = delivery.job();
    return Map.of(
        "imagetools.run", job.id().run().toString(),
        "imagetools.job", Integer.toString(job.id().number()),
        "imagetools.source", job.source().toString(),
        "imagetools.destination", job.destination().toString(),
        "imagetools.delivery", Integer.toString(delivery.number()),
        "imagetools.worker", worker);
  }

  /** The same results; the spans get to know them. */
  public Results traced(Results results) {
    return new Results() {
      @Override
      public void started(JobEvent.Started event) {
        results.started(event);
      }

      @Override
      public void finished(JobEvent.Finished event) throws InterruptedException {
        results.finished(event);
        TracedWork work = CURRENT.get();
        if (work != null) {
          note(work, event.result());
        }
      }

      @Override
      public void finished(List<JobEvent.Finished> events) throws InterruptedException {
        results.finished(events);
      }
    };
  }

  private static void note(TracedWork work, MirrorResult result) {
    Outcome outcome = result.outcome();
    work.note("imagetools.attempts", Integer.toString(result.attempts()));
    if (outcome instanceof Outcome.Failed failed) {
      work.note("imagetools.outcome", "failed");
      work.note("imagetools.failure.kind", failed.kind().name());
      work.failed(failed.kind().name()); // texts of registries stay out of traces
    } else if (outcome instanceof Outcome.Mirrored) {
      work.note("imagetools.outcome", "mirrored");
    } else if (outcome instanceof Outcome.Unchanged) {
      work.note("imagetools.outcome", "unchanged");
    } else {
      work.note("imagetools.outcome", "cancelled");
    }
  }
}

package io.imagetools.cli.tracing;

import io.imagetools.common.job.Run;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tracing as this process's environment wants it. {@code OTEL_TRACES_EXPORTER} says whether spans
 * are recorded; without it nothing of OpenTelemetry is loaded. {@code TRACEPARENT} (and {@code
 * TRACESTATE}) is the place in a trace that the process was started from, recorded or not.
 * Thread-safe.
 */
public final class ProcessTracing implements AutoCloseable {
  private final Tracing tracing;
  private final @Nullable TraceContext parent;

  private ProcessTracing(Tracing tracing, @Nullable TraceContext parent) {
    this.tracing = tracing;
    this.parent = parent;
  }

  /**
   * As these variables say.
   *
   * @throws EnvironmentException if tracing is wanted and can't be started
   */
  public static ProcessTracing of(Map<String, String> environment) {
    return new ProcessTracing(
        wanted(environment) ? OpenTelemetryTracing.start(environment) : Tracing.OFF,
        TraceContext.parse(environment.get("TRACEPARENT"), environment.get("TRACESTATE"))
            .orElse(null));
  }

  private static boolean wanted(Map<String, String> environment) {
    String exporter = environment.getOrDefault("OTEL_TRACES_EXPORTER", "").strip();
    boolean disabled = "true".equalsIgnoreCase(environment.get("OTEL_SDK_DISABLED"));
    return !disabled && !exporter.isEmpty() && !"none".equals(exporter);
  }

  /** What a worker records its jobs with. */
  public Tracing tracing() {
    return tracing;
  }

  /**
   * Submits a run as a trace of its own, or below what the process was started from. Its jobs, by
   * whichever worker, belong to that trace.
   */
  public Run publish(RunPublisher publisher, Submission submission) throws InterruptedException {
    TracedWork work =
        tracing.begin(
            Tracing.Kind.PRODUCER,
            "enqueue run",
            parent,
            Map.of(
                "imagetools.run", submission.run().toString(),
                "imagetools.jobs", Integer.toString(submission.jobs().size())));
    TraceContext before = CurrentTrace.swap(work.context());
    try {
      return publisher.publish(submission);
    } catch (EnvironmentException | InterruptedException e) {
      work.failed("the run was not submitted");
      throw e;
    } finally {
      CurrentTrace.swap(before);
      work.end();
    }
  }

  /** Sends what was recorded, for some seconds at most. */
  @Override
  public void close() {
    tracing.close();
  }
}

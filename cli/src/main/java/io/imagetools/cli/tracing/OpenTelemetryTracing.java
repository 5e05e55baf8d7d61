package io.imagetools.cli.tracing;

import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Spans by the OpenTelemetry SDK, which reads its own variables. Loaded only if it is wanted. */
final class OpenTelemetryTracing implements Tracing {

  /** What the variables may say otherwise. Of the two protocols only http has its client here. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "image-tools",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private static final TextMapGetter<Map<String, String>> GETTER =
      new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        public Iterable<String> keys(Map<String, String> carrier) {
          return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private OpenTelemetryTracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("io.imagetools");
  }

  /**
   * Starts it.
   *
   * @throws EnvironmentException if its variables make no sense; the message says what it said
   */
  static OpenTelemetryTracing start(Map<String, String> environment) {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // it logs by the JDK's own means
    SLF4JBridgeHandler.install();
    try {
      return new OpenTelemetryTracing(
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .addPropertiesCustomizer(properties -> variables(environment))
              .disableShutdownHook() // jobs end, and are recorded, while the process shuts down
              .build()
              .getOpenTelemetrySdk());
    } catch (RuntimeException e) { // of several kinds, and all from the variables
      throw new EnvironmentException(
          "Tracing can't be started: "
              + e.getMessage()
              + ". See to the variables OTEL_…: OTEL_TRACES_EXPORTER=otlp with"
              + " OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:4318 works; none switches it off.",
          e);
    }
  }

  /** Those of the invocation, which tests give. The process's own are read by the SDK itself. */
  private static Map<String, String> variables(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_") && !value.isBlank()) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return properties;
  }

  @Override
  public TracedWork begin(
      Kind kind, String name, @Nullable TraceContext parent, Map<String, String> attributes) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.valueOf(kind.name()))
            .setParent(remote(parent));
    attributes.forEach(builder::setAttribute);
    return new Recorded(builder.startSpan());
  }

  private static Context remote(@Nullable TraceContext parent) {
    if (parent == null) {
      return Context.root();
    }
    Map<String, String> headers =
        Map.of(TraceContext.PARENT, parent.traceparent(), TraceContext.STATE, parent.tracestate());
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
  }

  @Override
  public void close() {
    sdk.shutdown().join(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A span. */
  private record Recorded(Span span) implements TracedWork {
    @Override
    public @Nullable TraceContext context() {
      Map<String, String> headers = new HashMap<>();
      W3CTraceContextPropagator.getInstance()
          .inject(Context.root().with(span), headers, (map, name, value) -> put(map, name, value));
      return TraceContext.parse(headers.get(TraceContext.PARENT), headers.get(TraceContext.STATE))
          .orElse(null);
    }

    private static void put(@Nullable Map<String, String> headers, String name, String value) {
      if (headers != null) {
        headers.put(name, value);
      }
    }

    @Override
    public void note(String name, String value) {
      span.setAttribute(name, value);
    }

    @Override
    public void note(String name, long value) {
      span.setAttribute(name, value);
    }

    @Override
    public void failed(String why) {
      span.setStatus(StatusCode.ERROR, why);
    }

    @Override
    public void end() {
      span.end();
    }
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * Makes each request of a traced job a span below the job's, by OpenTelemetry's conventions for
 * HTTP clients. Nothing that a registry says gets into it but the status. Thread-safe.
 */
final class RequestSpans {
  private final Tracing tracing;

  RequestSpans(Tracing tracing) {
    this.tracing = tracing;
  }

  /** A request of this thread begins; of no trace, none is recorded. */
  TracedWork begin(Ask ask) {
    TraceContext job = CurrentTrace.get();
    if (job == null) {
      return new Tracing.HandedOn(null);
    }
    URI address = ask.address();
    TracedWork work =
        tracing.begin(
            Tracing.Kind.CLIENT,
            ask.method(),
            job,
            Map.of(
                "http.request.method", ask.method(),
                "server.address", String.valueOf(address.getHost()),
                "url.full", Shown.address(address)));
    work.note("server.port", Redirects.port(address));
    return work;
  }

  /** It was answered. 401 and 404 are how registries are asked, so they are nothing bad. */
  static void answered(TracedWork work, int status) {
    work.note("http.response.status_code", status);
    if (status >= 500 || status == 429) {
      work.note("error.type", Integer.toString(status));
      work.failed("");
    }
  }

  /** There was no whole answer. */
  static void broken(TracedWork work, IOException why) {
    work.note("error.type", why.getClass().getName());
    work.failed("");
  }
}

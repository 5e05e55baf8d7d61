package io.imagetools.worker.registry;

import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request under way, and its answer. */
final class Exchange {

  /** What is read of the body of an error. */
  static final int MAX_ERROR_BYTES = 64 << 10;

  /** Who waits for a stall says so itself, and before the socket does. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Ask ask;
  private final @Nullable Duration pause;
  private final TracedWork work;
  private final HttpUriRequestBase request;

  /**
   * A request to be.
   *
   * @param pause how long the answer may pause; null: as long as it may with all requests
   * @param work whose place in a trace it tells; ended with the request
   */
  Exchange(Ask ask, @Nullable Duration pause, TracedWork work) {
    this.ask = ask;
    this.pause = pause;
    this.work = work;
    this.request = new HttpUriRequestBase(ask.method(), ask.address());
    request.setHeader(HttpHeaders.ACCEPT, ask.accept());
    if (ask.authorization() != null) {
      request.setHeader(HttpHeaders.AUTHORIZATION, ask.authorization());
    }
    if (ask.content() != null) {
      request.setEntity(ask.content().entity());
      header(HttpHeaders.CONTENT_RANGE, ask.content().range());
    }
    if (ask.body() != null) {
      header(HttpHeaders.RANGE, ask.body().range());
    }
    TraceContext trace = work.context(); // its state may be for our own systems only
    header(TraceContext.PARENT, trace == null ? null : trace.traceparent());
  }

  private void header(String name, @Nullable String value) {
    if (value != null) {
      request.setHeader(name, value);
    }
  }

  /** What is asked. */
  Ask ask() {
    return ask;
  }

  /** Aborts it; its thread gets an IOException at once. */
  void cancel() {
    request.cancel();
  }

  Answer run(CloseableHttpClient client) throws IOException {
    try {
      Answer answer = ask(client);
      RequestSpans.answered(work, answer.status());
      return answer;
    } catch (IOException e) {
      RequestSpans.broken(work, e);
      throw e;
    } finally {
      work.end();
    }
  }

  private Answer ask(CloseableHttpClient client) throws IOException {
    ClassicHttpResponse response;
    if (pause != null && client instanceof Configurable configurable) {
      request.setConfig(
          RequestConfig.copy(configurable.getConfig())
              .setResponseTimeout(Timeout.of(pause.plus(MARGIN)))
              .build());
    }
    try {
      response =
          client.executeOpen(
              RoutingSupport.determineHost(request), request, HttpClientContext.create());
    } catch (HttpException e) {
      throw new IOException(e.getMessage(), e);
    }
    boolean complete = false;
    try {
      if (opens(response)) {
        complete = true;
        return headOf(response);
      }
      Answer answer = read(response);
      complete = answer.complete();
      log.debug("{}: {}", ask, answer);
      return answer;
    } finally {
      if (!complete) {
        request.cancel(); // Or closing would read the rest, however much that is.
      }
      if (!opens(response)) {
        close(response);
      }
    }
  }

  /** Whether the body is left to be read by who asked. */
  private boolean opens(ClassicHttpResponse response) {
    return ask.body() != null && (response.getCode() == 200 || response.getCode() == 206);
  }

  private Answer read(ClassicHttpResponse response) throws IOException {
    int status = response.getCode();
    int limit = status == 200 ? ask.maxBytes() : Math.min(ask.maxBytes(), MAX_ERROR_BYTES);
    byte[] body = body(response.getEntity(), limit + 1);
    boolean complete = body.length <= limit;
    String reason = response.getReasonPhrase() == null ? "" : response.getReasonPhrase();
    return new Answer(status, reason, headers(response), body, complete, ask.address());
  }

  private Answer headOf(ClassicHttpResponse response) throws IOException {
    if (ask.body() != null) {
      ask.body().take(response);
    }
    return new Answer(response.getCode(), "", headers(response), new byte[0], true, ask.address());
  }

  private static byte[] body(@Nullable HttpEntity entity, int limit) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    return content == null ? new byte[0] : content.readNBytes(limit);
  }

  private static Map<String, List<String>> headers(ClassicHttpResponse response) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Header header : response.getHeaders()) {
      String name = header.getName().toLowerCase(Locale.ROOT);
      String value = header.getValue() == null ? "" : header.getValue().strip();
      headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
    return headers;
  }

  private void close(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException e) {
      unread(e);
    }
  }

  static void unread(IOException e) {
    log.trace("The rest of an answer is not read.", e);
  }
}

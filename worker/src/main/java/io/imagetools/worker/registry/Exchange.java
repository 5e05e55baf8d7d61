package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request under way, and its answer. */
final class Exchange {

  /** What is read of the body of an error. */
  static final int MAX_ERROR_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final Ask ask;
  private final HttpUriRequestBase request;

  Exchange(Ask ask) {
    this.ask = ask;
    this.request = new HttpUriRequestBase(ask.method(), ask.address());
    request.setHeader(HttpHeaders.ACCEPT, ask.accept());
    if (ask.authorization() != null) {
      request.setHeader(HttpHeaders.AUTHORIZATION, ask.authorization());
    }
    if (ask.form() != null) {
      request.setEntity(new StringEntity(ask.form(), ContentType.APPLICATION_FORM_URLENCODED));
    }
  }

  /** Aborts it; its thread gets an IOException at once. */
  void cancel() {
    request.cancel();
  }

  Answer run(CloseableHttpClient client) throws IOException {
    ClassicHttpResponse response;
    try {
      response =
          client.executeOpen(
              RoutingSupport.determineHost(request), request, HttpClientContext.create());
    } catch (HttpException e) {
      throw new IOException(e.getMessage(), e);
    }
    boolean complete = false;
    try {
      Answer answer = read(response);
      complete = answer.complete();
      log.debug("{}: {}", ask, answer);
      return answer;
    } finally {
      if (!complete) {
        request.cancel(); // Or closing would read the rest, however much that is.
      }
      close(response);
    }
  }

  private Answer read(ClassicHttpResponse response) throws IOException {
    int status = response.getCode();
    int limit = status == 200 ? ask.maxBytes() : Math.min(ask.maxBytes(), MAX_ERROR_BYTES);
    byte[] body = body(response.getEntity(), limit + 1);
    boolean complete = body.length <= limit;
    String reason = response.getReasonPhrase() == null ? "" : response.getReasonPhrase();
    return new Answer(status, reason, headers(response), body, complete, ask.address());
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
      log.trace("{}: the rest of the answer is not read.", ask, e);
    }
  }
}

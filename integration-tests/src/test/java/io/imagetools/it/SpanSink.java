package io.imagetools.it;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what exporters of spans send (OTLP over HTTP), whatever it says. Thread-safe. */
final class SpanSink implements AutoCloseable {
  private final HttpServer server;
  private final List<byte[]> bodies = new CopyOnWriteArrayList<>();

  private SpanSink(HttpServer server) {
    this.server = server;
  }

  static SpanSink start() throws IOException {
    SpanSink sink =
        new SpanSink(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    sink.server.createContext(
        "/v1/traces",
        exchange -> {
          sink.bodies.add(exchange.getRequestBody().readAllBytes());
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    sink.server.start();
    return sink;
  }

  /** What makes a process send its spans here. */
  Map<String, String> variables() {
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    return Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", address);
  }

  /**
   * Whether one batch holds all of these, as text or, if it is one of hexadecimal digits, bytes.
   */
  boolean received(String... parts) {
    return bodies.stream()
        .map(body -> new String(body, StandardCharsets.ISO_8859_1))
        .anyMatch(body -> List.of(parts).stream().allMatch(part -> body.contains(bytes(part))));
  }

  private static String bytes(String part) {
    boolean id = part.matches("[0-9a-f]{16}|[0-9a-f]{32}");
    return id ? new String(HexFormat.of().parseHex(part), StandardCharsets.ISO_8859_1) : part;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

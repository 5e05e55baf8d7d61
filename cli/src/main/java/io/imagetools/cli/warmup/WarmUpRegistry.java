package io.imagetools.cli.warmup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory, on a free port of the loopback interface: what is put there is there. No
 * more than a warm-up needs; it believes everything. Thread-safe.
 */
public final class WarmUpRegistry implements AutoCloseable {
  private static final String UPLOADS = "/blobs/uploads/";
  private static final String MANIFESTS = "/manifests/";

  /**
   * How long the JDK's server waits for the rest of a question, in seconds, and how often it looks,
   * in milliseconds (module {@code jdk.httpserver}). It takes the begin of a TLS handshake for the
   * first line of one; without this the client, which tries TLS first, waits for its own 10 s.
   */
  private static final Map<String, String> LIMITS =
      Map.of("sun.net.httpserver.maxReqTime", "1", "sun.net.httpserver.timerMillis", "100");

  private final HttpServer server;
  private final Map<String, Content> held = new ConcurrentHashMap<>();

  private static final class Content {
    private final String type;
    private final byte[] bytes;

    Content(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }
  }

  private WarmUpRegistry(HttpServer server) {
    this.server = server;
  }

  /**
   * Begins to serve one image.
   *
   * @throws IOException if no port can be had
   */
  public static WarmUpRegistry with(String repository, String tag) throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    LIMITS.forEach(System::setProperty);
    WarmUpRegistry registry = new WarmUpRegistry(HttpServer.create(free, 0));
    WarmUpImage.into(registry, repository, tag);
    registry.server.createContext("/v2/", registry::answer);
    registry.server.start();
    return registry;
  }

  /** What it is called in a list. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whether a tag is there. */
  public boolean has(String repository, String tag) {
    return held.containsKey("/v2/" + repository + MANIFESTS + tag);
  }

  void putBlob(String repository, String digest, byte[] bytes) {
    held.put(
        "/v2/" + repository + "/blobs/" + digest, new Content("application/octet-stream", bytes));
  }

  void putManifest(String repository, String reference, String type, byte[] bytes) {
    Content content = new Content(type, bytes);
    held.put("/v2/" + repository + MANIFESTS + reference, content);
    held.put("/v2/" + repository + MANIFESTS + digest(bytes), content);
  }

  String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      switch (exchange.getRequestMethod()) {
        case "POST" -> {
          exchange.getResponseHeaders().set("Location", path + "1");
          exchange.sendResponseHeaders(202, -1);
        }
        case "PUT" -> {
          take(exchange, path, body);
          exchange.sendResponseHeaders(201, -1);
        }
        default -> serve(exchange, path);
      }
    }
  }

  private void take(HttpExchange exchange, String path, byte[] body) {
    int upload = path.indexOf(UPLOADS);
    if (upload >= 0) {
      putBlob(path.substring("/v2/".length(), upload), digest(body), body);
    } else {
      int manifest = path.indexOf(MANIFESTS);
      putManifest(
          path.substring("/v2/".length(), manifest),
          path.substring(manifest + MANIFESTS.length()),
          exchange.getRequestHeaders().getFirst("Content-Type"),
          body);
    }
  }

  private void serve(HttpExchange exchange, String path) throws IOException {
    @Nullable Content content = held.get(path);
    if (content == null) {
      exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", content.type);
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest(content.bytes));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + content.bytes.length);
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, content.bytes.length);
      exchange.getResponseBody().write(content.bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package io.imagetools.worker.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.imagetools.common.image.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server that answers as told, for what no real registry does on demand. */
final class ScriptedRegistry implements AutoCloseable {

  /**
   * A request it got.
   *
   * @param line method and address
   * @param authorization null if there was none
   * @param trace its traceparent; null if there was none
   * @param body its text
   */
  record Seen(String line, @Nullable String authorization, @Nullable String trace, String body) {}

  /** Answers one request. */
  @FunctionalInterface
  interface Script {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Script>> scripts = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  ScriptedRegistry() {
    this("127.0.0.1");
  }

  ScriptedRegistry(String host) {
    this(host, null);
  }

  ScriptedRegistry(String host, @Nullable SSLContext tls) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 0);
      if (tls == null) {
        server = HttpServer.create(address, 0);
      } else {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        server = secure;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Its name as a registry. */
  Registry registry() {
    return new Registry(server.getAddress().getAddress().getHostAddress() + ":" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address(String path) {
    return "http://" + registry() + path;
  }

  /** What it does for these requests, one after the other; the last for all that follow. */
  ScriptedRegistry on(String methodAndPath, Script... inTurn) {
    scripts.put(methodAndPath, new ArrayDeque<>(List.of(inTurn)));
    return this;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<String> lines() {
    return seen.stream().map(Seen::line).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String method = exchange.getRequestMethod();
      seen.add(
          new Seen(
              method + " " + exchange.getRequestURI(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              exchange.getRequestHeaders().getFirst("traceparent"),
              body));
      Deque<Script> todo = scripts.get(method + " " + exchange.getRequestURI().getPath());
      if (todo == null) {
        status(404).answer(exchange);
        return;
      }
      Script next;
      synchronized (todo) {
        next = todo.size() > 1 ? todo.remove() : todo.element();
      }
      next.answer(exchange);
    }
  }

  /** Only a status. */
  static Script status(int status, String... headers) {
    return text(status, "", headers);
  }

  /** A status, a body, and headers as name, value, name, value. */
  static Script text(int status, String body, String... headers) {
    return bytes(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  static Script bytes(int status, byte[] body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, none ? -1 : body.length);
      if (!none) {
        exchange.getResponseBody().write(body);
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

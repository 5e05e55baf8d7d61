package io.imagetools.cli.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /metrics}, {@code /livez} and {@code /readyz} over HTTP, on all addresses of this
 * machine and without a login: nothing of it is secret, but it is not meant for the public.
 *
 * <p>{@code /livez}: 200 as long as the process answers. {@code /readyz}: 200 if every check
 * passes, else 503; a line a check, with what to do. It is 503 too once the process was told to
 * end. Thread-safe.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

  /** One for whoever reads metrics, one for whoever asks how it is, two for those who are slow. */
  private static final int THREADS = 4;

  /** Of one request and of one answer, in seconds: nobody holds a thread for longer. */
  private static final String PATIENCE = "10";

  private static final List<Check> ENDING =
      List.of(Check.failed("process", "it was told to end", ""));

  private final HttpServer server;
  private final ExecutorService threads;
  private volatile boolean ending;

  private MetricsServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Takes the port; who calls it waits until {@link #begin}.
   *
   * @param port 0: any that is free, which the log names
   * @throws EnvironmentException if the port can't be had
   */
  public static MetricsServer bind(int port) {
    System.setProperty("sun.net.httpserver.maxReqTime", PATIENCE);
    System.setProperty("sun.net.httpserver.maxRspTime", PATIENCE);
    try {
      return new MetricsServer(HttpServer.create(new InetSocketAddress(port), 0), threads());
    } catch (IOException e) {
      throw new EnvironmentException(
          "Port "
              + port
              + " can't be listened on for --metrics-port: "
              + e.getMessage()
              + ". Give another one, or end what has it.",
          e);
    }
  }

  private static ExecutorService threads() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        THREADS,
        work -> {
          Thread thread = new Thread(work, "metrics-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Answers from now on. Called once.
   *
   * @param checks what must be there for this process to do its work; asked at most every few
   *     seconds, by one thread at a time
   */
  public void begin(Measurements measurements, Supplier<List<Check>> checks) {
    Readiness readiness = new Readiness(checks);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, measurements, readiness));
    server.start();
    LOG.info("Metrics and health are on port {}: /metrics, /livez, /readyz", port());
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Not ready from now on: the process ends. */
  public void ending() {
    ending = true;
  }

  private void answer(HttpExchange exchange, Measurements measurements, Readiness readiness)
      throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, 405, "text/plain; charset=utf-8", "GET or HEAD\n");
        return;
      }
      switch (path) {
        case "/metrics" ->
            send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", measurements.text());
        case "/livez" -> send(exchange, 200, "text/plain; charset=utf-8", "ok\n");
        case "/readyz" -> ready(exchange, ending ? ENDING : readiness.look());
        default ->
            send(exchange, 404, "text/plain; charset=utf-8", "There are /metrics /livez /readyz\n");
      }
    } catch (RuntimeException e) {
      LOG.warn("A request for {} failed: {}", exchange.getRequestURI().getPath(), e.toString());
      LOG.debug("It came from:", e);
    }
  }

  private static void ready(HttpExchange exchange, List<Check> found) throws IOException {
    boolean ok = found.stream().allMatch(Check::ok);
    String lines = found.stream().map(MetricsServer::line).collect(Collectors.joining());
    send(exchange, ok ? 200 : 503, "text/plain; charset=utf-8", lines);
  }

  private static String line(Check check) {
    String remedy = check.remedy() == null || check.remedy().isEmpty() ? "" : " " + check.remedy();
    return (check.ok() ? "ok   " : "FIX  ") + check.name() + ": " + check.message() + remedy + "\n";
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

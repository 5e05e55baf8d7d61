package io.imagetools.worker.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry with one image, of whose layer it sends the half and then no more. */
public final class SilentRegistry implements AutoCloseable {

  private static final String TYPES = "application/vnd.oci.image.";

  private final byte[] layer = new byte[400_000];
  private final byte[] config = bytes("{\"os\":\"linux\",\"architecture\":\"amd64\"}");
  private final byte[] manifest;
  private final HttpServer server;

  /**
   * Tells who looks for https at once that there is none; the server would say nothing for 10 s.
   */
  private final FaultyProxy door;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);

  /** Starts it. */
  public SilentRegistry() throws IOException {
    new Random(1).nextBytes(layer);
    manifest =
        bytes(
            "{\"schemaVersion\":2,\"config\":"
                + descriptor("config.v1+json", config)
                + ",\"layers\":["
                + descriptor("layer.v1.tar+gzip", layer)
                + "]}");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    door = new FaultyProxy("127.0.0.1:" + server.getAddress().getPort());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(TYPES + type, Digest.sha256(content), content.length);
  }

  /** Its name. */
  public Registry registry() {
    return new Registry(door.host());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.contains("/manifests/")) {
        exchange.getResponseHeaders().add("Content-Type", MediaTypes.OCI_MANIFEST);
        exchange
            .getResponseHeaders()
            .add("Docker-Content-Digest", Digest.sha256(manifest).toString());
        send(exchange, manifest, manifest.length);
      } else if (path.endsWith(Digest.sha256(layer).toString())) {
        send(exchange, layer, layer.length / 2);
      } else {
        send(exchange, config, config.length);
      }
    }
  }

  private void send(HttpExchange exchange, byte[] content, int length) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, length);
    exchange.getResponseBody().flush();
    if (length < content.length) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    end.countDown();
    door.close();
    server.stop(0);
    threads.shutdownNow();
  }
}

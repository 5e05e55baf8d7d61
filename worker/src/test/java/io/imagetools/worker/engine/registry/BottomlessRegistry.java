package io.imagetools.worker.engine.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.imagetools.common.image.Digest;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A registry without a disk: {@code big/N} has an image with one large layer, and what is pushed to
 * {@code copy/N} is counted and forgotten, but for the manifest.
 */
final class BottomlessRegistry implements AutoCloseable {

  private static final int BLOCK = 64 << 10;
  private static final byte[] CONFIG =
      "{\"os\":\"linux\",\"architecture\":\"amd64\"}".getBytes(StandardCharsets.UTF_8);

  private final int blocks;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final AtomicLong received = new AtomicLong();

  BottomlessRegistry(int images, int mebibytes) throws IOException, GeneralSecurityException {
    blocks = mebibytes * ((1 << 20) / BLOCK);
    MessageDigest common = MessageDigest.getInstance("SHA-256");
    byte[] zeros = new byte[BLOCK];
    for (int block = 1; block < blocks; block++) {
      common.update(zeros);
    }
    for (int number = 0; number < images; number++) {
      MessageDigest whole = clone(common);
      whole.update(last(number));
      manifests.put("big/" + number, manifest(HexFormat.of().formatHex(whole.digest())));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static MessageDigest clone(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] last(int number) {
    return ByteBuffer.allocate(BLOCK).putInt(number).array();
  }

  private byte[] manifest(String layer) {
    return ("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
            + "\"digest\":\""
            + Digest.sha256(CONFIG)
            + "\",\"size\":"
            + CONFIG.length
            + "},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"sha256:"
            + layer
            + "\",\"size\":"
            + size()
            + "}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  long size() {
    return (long) blocks * BLOCK;
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Bytes that were uploaded. */
  long received() {
    return received.get();
  }

  /** Whether an image arrived under its tag. */
  boolean has(int number) {
    return manifests.containsKey("copy/" + number);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      String name = path.length > 3 ? path[2] + "/" + path[3] : "";
      String kind = path.length > 4 ? path[4] : "";
      String method = exchange.getRequestMethod();
      if (method.equals("PATCH") || method.equals("PUT") || method.equals("POST")) {
        write(exchange, method, name, kind);
      } else if (kind.equals("manifests")) {
        send(exchange, manifests.get(name));
      } else if (name.startsWith("big/") && path[5].equals(Digest.sha256(CONFIG).toString())) {
        send(exchange, CONFIG);
      } else if (name.startsWith("big/")) {
        layer(exchange, Integer.parseInt(path[3]));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private void write(HttpExchange exchange, String method, String name, String kind)
      throws IOException {
    if (method.equals("PUT") && kind.equals("manifests")) {
      manifests.put(name, exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(201, -1);
      return;
    }
    byte[] buffer = new byte[BLOCK];
    InputStream body = exchange.getRequestBody();
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      received.addAndGet(read);
    }
    exchange.getResponseHeaders().set("Location", "/v2/" + name + "/uploads/1");
    String range = exchange.getRequestHeaders().getFirst("Content-Range");
    if (range != null) {
      exchange.getResponseHeaders().set("Range", "0-" + range.replaceFirst(".*-", ""));
    }
    exchange.sendResponseHeaders(method.equals("PUT") ? 201 : 202, -1);
  }

  private static void send(HttpExchange exchange, byte @Nullable [] content) throws IOException {
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
    exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.sha256(content).toString());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private void layer(HttpExchange exchange, int number) throws IOException {
    exchange.sendResponseHeaders(200, size());
    OutputStream out = exchange.getResponseBody();
    byte[] zeros = new byte[BLOCK];
    for (int block = 1; block < blocks; block++) {
      out.write(zeros);
    }
    out.write(last(number));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

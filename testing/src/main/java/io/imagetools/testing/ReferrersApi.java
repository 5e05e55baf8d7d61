package io.imagetools.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A registry with the referrers API of the OCI distribution spec 1.1, which docker-registry 2.8
 * lacks: an HTTP server that passes everything on to a real registry, answers {@code OCI-Subject}
 * to pushed manifests that have one, and lists them, one a page. Safe for any thread.
 */
public final class ReferrersApi implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LIST = Pattern.compile("/v2/(.+)/referrers/([a-z0-9]+:[a-f0-9]+)");
  private static final Pattern PUSH = Pattern.compile("/v2/(.+)/manifests/[^/]+");

  /** What Java's client and server see to by themselves. */
  private static final Set<String> OWN =
      Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "date");

  private final HttpServer server;

  /** Tells who looks for https at once that there is none: the server says nothing for 10 s. */
  private final FaultyProxy door;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final URI behind;
  private final Map<String, List<ObjectNode>> referrers = new ConcurrentHashMap<>();

  /** In front of a registry that is running. */
  public ReferrersApi(RegistryServer registry) {
    behind = URI.create("http://" + registry.host());
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to open a server but failed", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    door = new FaultyProxy("127.0.0.1:" + server.getAddress().getPort());
  }

  /** {@code 127.0.0.1:PORT}. */
  public String host() {
    return door.host();
  }

  /** Digests of what it lists for a subject, in the order of their coming. */
  public List<String> listed(String repository, String subject) {
    return referrers.getOrDefault(repository + "@" + subject, List.of()).stream()
        .map(descriptor -> descriptor.path("digest").asString())
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher list = LIST.matcher(exchange.getRequestURI().getPath());
      if (list.matches()) {
        page(exchange, list.group(1) + "@" + list.group(2));
      } else {
        passOn(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void page(HttpExchange exchange, String key) throws IOException {
    List<ObjectNode> all = referrers.getOrDefault(key, List.of());
    String query = exchange.getRequestURI().getQuery();
    int number = query == null ? 0 : Integer.parseInt(query.replaceFirst("page=", ""));
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    ArrayNode page = index.put("mediaType", ManifestKind.OCI.index()).putArray("manifests");
    if (number < all.size()) {
      page.add(all.get(number));
    }
    if (number + 1 < all.size()) {
      String next = exchange.getRequestURI().getPath() + "?page=" + (number + 1);
      exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
    }
    exchange.getResponseHeaders().set("Content-Type", ManifestKind.OCI.index());
    answer(exchange, 200, JSON.writeValueAsBytes(index));
  }

  private void passOn(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
            .header("X-Forwarded-Host", host());
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                values.stream()
                    .filter(value -> !isOwn(name))
                    .forEach(value -> request.header(name, value)));
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!isOwn(name)) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    Matcher push = PUSH.matcher(exchange.getRequestURI().getPath());
    if (exchange.getRequestMethod().equals("PUT")
        && response.statusCode() == 201
        && push.matches()) {
      stored(exchange, push.group(1), body);
    }
    answer(exchange, response.statusCode(), response.body());
  }

  private static boolean isOwn(String name) {
    return OWN.contains(name.toLowerCase(Locale.ROOT));
  }

  private void stored(HttpExchange exchange, String repository, byte[] body) {
    JsonNode manifest = JSON.readTree(new String(body, StandardCharsets.UTF_8));
    String subject = manifest.path("subject").path("digest").asString("");
    if (subject.isEmpty()) {
      return;
    }
    exchange.getResponseHeaders().set("OCI-Subject", subject);
    ObjectNode descriptor = JSON.createObjectNode();
    descriptor
        .put("mediaType", manifest.path("mediaType").asString())
        .put("digest", Sha256.of(body))
        .put("size", body.length)
        .put("artifactType", manifest.path("artifactType").asString(""));
    referrers
        .computeIfAbsent(repository + "@" + subject, key -> new CopyOnWriteArrayList<>())
        .add(descriptor);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    door.close();
    server.stop(0);
    threads.shutdownNow();
  }
}

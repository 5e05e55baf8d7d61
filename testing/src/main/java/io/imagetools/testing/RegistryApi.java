package io.imagetools.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The requests of the OCI distribution API (1.1, "Endpoints") that tests need. Shares no code with
 * the product's client, so that one cannot hide the other's mistake. Safe for any thread.
 */
final class RegistryApi {

  private final HttpClient client;
  private final String base;
  private final Optional<BasicAuth> auth;

  RegistryApi(String host, Optional<BasicAuth> auth, boolean tls) {
    this.base = (tls ? "https://" : "http://") + host;
    this.auth = auth;
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    this.client = (tls ? builder.sslContext(trustingAnything()) : builder).build();
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  HttpResponse<byte[]> head(String path, String... headers) {
    return send(request(path, headers).method("HEAD", BodyPublishers.noBody()));
  }

  HttpResponse<byte[]> delete(String path) {
    return send(request(path).DELETE());
  }

  /** Pushes a blob in one piece (POST, then PUT), unless the repository has it. */
  void pushBlob(String repository, String digest, byte[] bytes) {
    if (head("/v2/" + repository + "/blobs/" + digest).statusCode() == 200) {
      return;
    }
    HttpResponse<byte[]> begun =
        expect(
            202,
            send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody())));
    String location = begun.headers().firstValue("Location").orElseThrow();
    String withDigest = location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
    String type = "application/octet-stream";
    expect(
        201,
        send(request(withDigest, "Content-Type", type).PUT(BodyPublishers.ofByteArray(bytes))));
  }

  /** Pushes a manifest; {@code reference} is a tag or a digest. */
  void pushManifest(String repository, String reference, String mediaType, byte[] bytes) {
    String path = "/v2/" + repository + "/manifests/" + reference;
    expect(
        201, send(request(path, "Content-Type", mediaType).PUT(BodyPublishers.ofByteArray(bytes))));
  }

  static HttpResponse<byte[]> expect(int status, HttpResponse<byte[]> response) {
    if (response.statusCode() != status) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      throw new IllegalStateException(
          "%s %s was answered with %d instead of %d: %s"
              .formatted(
                  response.request().method(),
                  response.request().uri(),
                  response.statusCode(),
                  status,
                  body));
    }
    return response;
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base).resolve(path));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    auth.ifPresent(login -> builder.header("Authorization", login.header()));
    return builder;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Tried " + request.method() + " " + request.uri() + " but failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during a request to " + base, e);
    }
  }

  private static SSLContext trustingAnything() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustingAnything()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no TLS", e);
    }
  }
}

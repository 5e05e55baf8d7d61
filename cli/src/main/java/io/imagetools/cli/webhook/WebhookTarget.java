package io.imagetools.cli.webhook;

import io.imagetools.worker.registry.RegistryWays;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whoever is told, over HTTP. Redirects are not followed. Thread-safe. */
final class WebhookTarget {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final URI address;
  private final Signature signature;
  private final Clock clock;
  private final Duration answer;
  private final HttpClient client;

  /**
   * One that is reached as registries are.
   *
   * @throws io.imagetools.common.process.EnvironmentException if a variable for that can't be used
   */
  WebhookTarget(URI address, byte[] secret, Clock clock, Map<String, String> environment) {
    this(address, secret, clock, RegistryWays.client(environment), ANSWER);
  }

  /**
   * The same for a receiver that is more or less patient.
   *
   * @param answer how long the whole of an answer may take, its end too
   */
  WebhookTarget(
      URI address, byte[] secret, Clock clock, HttpClient.Builder client, Duration answer) {
    this.client = client.connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER).build();
    this.address = address;
    this.signature = new Signature(secret);
    this.clock = clock;
    this.answer = answer;
  }

  /** One attempt; the time in it is that of the attempt. Returns the status of the answer. */
  int tell(Notice notice) throws IOException, InterruptedException {
    byte[] body = notice.body().getBytes(StandardCharsets.UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("User-Agent", "image-tools")
            .header("X-Image-Tools-Event", notice.type())
            .header("X-Image-Tools-Id", notice.id())
            .header("X-Image-Tools-Timestamp", Long.toString(timestamp))
            .header("X-Image-Tools-Signature", signature.of(timestamp, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return status(request);
  }

  /** The client's own limit ends with the head of an answer; a body may take for ever. */
  private int status(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      return response.get(answer.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer in " + answer.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      boolean unused = response.cancel(true); // closes the connection of one that is not through
    }
  }

  /** For the log: an address may carry a token behind its question mark. */
  @Override
  public String toString() {
    int port = address.getPort();
    return address.getScheme()
        + "://"
        + address.getHost()
        + (port < 0 ? "" : ":" + port)
        + address.getRawPath();
  }
}

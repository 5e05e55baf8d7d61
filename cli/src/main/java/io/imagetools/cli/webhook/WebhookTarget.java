package io.imagetools.cli.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** Whoever is told, over HTTP. Redirects are not followed. Thread-safe. */
final class WebhookTarget {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final URI address;
  private final Signature signature;
  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  WebhookTarget(URI address, byte[] secret, Clock clock) {
    this.address = address;
    this.signature = new Signature(secret);
    this.clock = clock;
  }

  /** One attempt; the time in it is that of the attempt. Returns the status of the answer. */
  int tell(Notice notice) throws IOException, InterruptedException {
    byte[] body = notice.body().getBytes(StandardCharsets.UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .header("User-Agent", "image-tools")
            .header("X-Image-Tools-Event", notice.type())
            .header("X-Image-Tools-Id", notice.id())
            .header("X-Image-Tools-Timestamp", Long.toString(timestamp))
            .header("X-Image-Tools-Signature", signature.of(timestamp, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
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

package io.imagetools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.testing.Fault.End;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultyProxyTest {

  private static final int LAYER = 300_000;

  private final RegistryServer server = new RegistryServer().start();
  private final FaultyProxy proxy = new FaultyProxy(server);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PushedImage image =
      new ImageCorpus(server).withLayerBytes(LAYER).ociImage("a/b", "1");
  private final String manifest = "/v2/a/b/manifests/1";
  private final String layer = "/v2/a/b/blobs/" + image.manifest().blobs().get(1);

  @AfterEach
  void mend() {
    proxy.well();
  }

  @AfterAll
  void stop() {
    proxy.close();
    server.close();
  }

  private HttpResponse<byte[]> send(
      String method, String path, byte[] body, Consumer<HttpRequest.Builder> more)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + proxy.host()).resolve(path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
    more.accept(request);
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    return send(method, path, body, request -> {});
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(
        "GET", path, new byte[0], request -> request.header("Accept", ManifestKind.OCI.manifest()));
  }

  private String openUpload() throws IOException, InterruptedException {
    return send("POST", "/v2/new/it/blobs/uploads/", new byte[0])
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  @Test
  void without_faults_it_is_as_if_it_were_not_there() throws Exception {
    assertThat(new RegistryReader(proxy.host()).read("a/b", "1"))
        .isEqualTo(new RegistryReader(server).read("a/b", "1"));

    List<ProxiedRequest> seen = proxy.requests("GET", layer);
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).received()).isGreaterThan(LAYER);
    assertThat(seen.get(0).status()).isEqualTo(200);
  }

  @Test
  void who_speaks_tls_is_told_at_once_that_there_is_none() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + proxy.host() + manifest)).build();

    assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void uploads_are_led_through_it_in_either_framing() throws Exception {
    byte[] blob = new byte[200_000];
    new Random(4).nextBytes(blob);
    String location = openUpload();
    assertThat(location).startsWith("http://" + proxy.host());
    HttpRequest patch =
        HttpRequest.newBuilder(URI.create(location))
            .header("Content-Type", "application/octet-stream")
            .method("PATCH", BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(blob)))
            .build();
    HttpResponse<String> patched = http.send(patch, BodyHandlers.ofString());
    String closing = patched.headers().firstValue("Location").orElseThrow();

    int status = send("PUT", closing + "&digest=" + Sha256.of(blob), new byte[0]).statusCode();

    assertThat(status).isEqualTo(201);
    assertThat(proxy.requests("PATCH", "/uploads/").get(0).sent()).isEqualTo(blob.length);
    assertThat(get("/v2/new/it/blobs/" + Sha256.of(blob)).body()).isEqualTo(blob);
  }

  @Test
  void only_the_request_that_is_meant_goes_wrong() throws Exception {
    proxy.nth(2, "GET", "/manifests/", Fault.badGateway());

    assertThat(get(manifest).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> second = get(manifest);
    assertThat(second.statusCode()).isEqualTo(502);
    assertThat(new String(second.body(), StandardCharsets.UTF_8)).startsWith("<html>");
    assertThat(get(manifest).statusCode()).isEqualTo(200);
    assertThat(proxy.faults()).isEqualTo(1);
  }

  @Test
  void an_answer_of_its_own_carries_its_headers() throws Exception {
    proxy.first(1, "GET", "/blobs/", Fault.tooManyRequests("7"));

    HttpResponse<byte[]> answer = get(layer);

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
  }

  @ParameterizedTest
  @EnumSource(
      value = End.class,
      names = {"RESET", "CLOSE"})
  void an_answer_ends_after_so_many_bytes(End end) {
    proxy.nth(1, "GET", "/blobs/", new Fault.InAnswer(70_000, end));

    assertThatThrownBy(() -> get(layer)).isInstanceOf(IOException.class);

    assertThat(proxy.requests("GET", layer).get(0).received()).isEqualTo(70_000);
  }

  @Test
  void an_answer_stands_still() {
    proxy.nth(1, "GET", "/blobs/", new Fault.InAnswer(70_000, End.STALL));

    assertThatThrownBy(
            () -> {
              var answer =
                  http.sendAsync(
                      HttpRequest.newBuilder(URI.create("http://" + proxy.host() + layer)).build(),
                      BodyHandlers.ofByteArray());
              answer.get(500, TimeUnit.MILLISECONDS);
            })
        .isInstanceOfAny(TimeoutException.class, HttpTimeoutException.class);
  }

  @Test
  void one_byte_is_another_one() throws Exception {
    proxy.nth(1, "GET", "/blobs/", new Fault.AnswerCorrupted(100_000));

    byte[] wrong = get(layer).body();
    byte[] right = get(layer).body();

    assertThat(wrong).hasSameSizeAs(right);
    assertThat(Arrays.mismatch(wrong, right)).isEqualTo(100_000);
  }

  @Test
  void a_connection_is_reset_before_the_answer() {
    proxy.nth(1, "POST", "/uploads/", new Fault.BeforeAnswer(End.RESET));

    assertThatThrownBy(this::openUpload).isInstanceOf(IOException.class);
  }

  @Test
  void a_request_breaks_off_on_both_sides() throws Exception {
    byte[] blob = new byte[LAYER];
    String location = openUpload() + "&digest=" + Sha256.of(blob);
    proxy.nth(1, "PUT", "/uploads/", new Fault.InRequest(50_000, End.RESET));

    assertThatThrownBy(() -> send("PUT", location, blob)).isInstanceOf(IOException.class);

    assertThat(proxy.requests("PUT", "/uploads/").get(0).sent()).isEqualTo(50_000);
    assertThat(get("/v2/new/it/blobs/" + Sha256.of(blob)).statusCode()).isEqualTo(404);
  }

  @Test
  void a_registry_refuses_a_corrupted_upload() throws Exception {
    byte[] blob = {1, 2, 3};
    String location = openUpload() + "&digest=" + Sha256.of(blob);
    proxy.nth(1, "PUT", "/uploads/", new Fault.RequestCorrupted(1));

    assertThat(send("PUT", location, blob).statusCode()).isEqualTo(400);
  }

  @Test
  void an_answer_is_lost_though_all_was_done() throws Exception {
    byte[] blob = {4, 5, 6};
    String location = openUpload() + "&digest=" + Sha256.of(blob);
    proxy.nth(1, "PUT", "/uploads/", new Fault.AnswerLost());

    assertThatThrownBy(() -> send("PUT", location, blob)).isInstanceOf(IOException.class);

    assertThat(get("/v2/new/it/blobs/" + Sha256.of(blob)).statusCode()).isEqualTo(200);
  }

  @Test
  void headers_are_changed_or_taken_away() throws Exception {
    proxy.nth(1, "GET", "/manifests/", Fault.without("Docker-Content-Digest"));
    proxy.nth(
        1,
        "POST",
        "/uploads/",
        new Fault.HeaderChanged("Location", value -> value.replaceFirst("^http://[^/]+", "")));

    assertThat(get(manifest).headers().firstValue("Docker-Content-Digest")).isEmpty();
    assertThat(openUpload()).startsWith("/v2/new/it/blobs/uploads/");
  }

  @Test
  void what_was_under_way_when_all_went_well_again_is_not_noted() throws Exception {
    CountDownLatch under = new CountDownLatch(1);
    CountDownLatch on = new CountDownLatch(1);
    proxy.nth(1, "GET", "/manifests/", waiting(under, on));
    URI uri = URI.create("http://" + proxy.host() + manifest);
    Future<HttpResponse<byte[]>> answer =
        http.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    under.await();

    proxy.well();
    on.countDown();

    assertThat(answer.get().statusCode()).isPositive();
    assertThat(proxy.requests()).isEmpty();
  }

  /** Holds an answer back. */
  private static Fault waiting(CountDownLatch under, CountDownLatch on) {
    return new Fault.HeaderChanged(
        "Content-Type",
        value -> {
          under.countDown();
          try {
            on.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return value;
        });
  }

  @Test
  void a_token_serves_as_often_as_it_was_said() throws Exception {
    proxy.wantTokens(2);
    HttpResponse<byte[]> refused = get(manifest);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("Bearer realm=\"http://" + proxy.host() + "/token\"");
    String answer = new String(get("/token").body(), StandardCharsets.UTF_8);
    String token = answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    Consumer<HttpRequest.Builder> login =
        request ->
            request
                .header("Authorization", "Bearer " + token)
                .header("Accept", ManifestKind.OCI.manifest());

    assertThat(send("GET", manifest, new byte[0], login).statusCode()).isEqualTo(200);
    assertThat(send("GET", manifest, new byte[0], login).statusCode()).isEqualTo(200);
    assertThat(send("GET", manifest, new byte[0], login).statusCode()).isEqualTo(401);
    assertThat(proxy.tokensGiven()).isEqualTo(1);
  }

  @Test
  void tokens_end_all_at_once_in_the_middle() throws Exception {
    proxy.wantTokens().nth(2, "GET", "/manifests/", new Fault.TokensEnd());
    String answer = new String(get("/token").body(), StandardCharsets.UTF_8);
    String token = answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    Consumer<HttpRequest.Builder> login =
        request ->
            request
                .header("Authorization", "Bearer " + token)
                .header("Accept", ManifestKind.OCI.manifest());

    assertThat(send("GET", manifest, new byte[0], login).statusCode()).isEqualTo(200);
    assertThat(send("GET", manifest, new byte[0], login).statusCode()).isEqualTo(401);
    assertThat(send("GET", layer, new byte[0], login).statusCode()).isEqualTo(401);
  }

  @Test
  void a_delay_is_added() throws Exception {
    proxy.nth(1, "GET", "/manifests/", new Fault.Delay(Duration.ofMillis(300)));
    long begin = System.nanoTime();

    assertThat(get(manifest).statusCode()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
  }
}

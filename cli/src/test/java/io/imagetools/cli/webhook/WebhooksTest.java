package io.imagetools.cli.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real HTTP server that fails first. */
@Timeout(300)
class WebhooksTest {
  private static final String SECRET = "a secret of some length";
  private static final byte[] BODY = "{\"type\":\"RUN_FINISHED\"}".getBytes(StandardCharsets.UTF_8);

  /** Closes the connection without an answer. */
  private static final int NO_ANSWER = 0;

  private record Received(
      String id, String event, String timestamp, String signature, String body) {}

  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();

  WebhooksTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      received.add(
          new Received(
              headers.getFirst("X-Image-Tools-Id"),
              headers.getFirst("X-Image-Tools-Event"),
              headers.getFirst("X-Image-Tools-Timestamp"),
              headers.getFirst("X-Image-Tools-Signature"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      Integer next = answers.poll();
      int status = next == null ? 204 : next;
      if (status != NO_ANSWER) {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(status, -1);
      }
    }
  }

  private Webhooks webhooks() {
    return webhooks(Duration.ofMillis(1));
  }

  private Webhooks webhooks(Duration firstPause) {
    URI address =
        URI.create("http://localhost:" + server.getAddress().getPort() + "/hook?token=hidden");
    return new Webhooks(target(address, Map.of()), firstPause, Webhooks.LONGEST_WAIT);
  }

  private static WebhookTarget target(URI address, Map<String, String> environment) {
    return new WebhookTarget(
        address, SECRET.getBytes(StandardCharsets.UTF_8), Clock.systemUTC(), environment);
  }

  private static String hmac(String timestamp, byte[] body) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
    return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
  }

  @Test
  void what_can_pass_by_itself_is_tried_again_and_every_attempt_is_signed() throws Exception {
    answers.addAll(List.of(503, NO_ANSWER, 429));
    try (Webhooks webhooks = webhooks()) {
      webhooks.tellAndWait("run-1/finished", "RUN_FINISHED", BODY);
    }

    // The JDK's client repeats a request once by itself when a connection ends without an answer.
    assertThat(received).hasSizeBetween(4, 5);
    for (Received each : received) {
      assertThat(each.id()).isEqualTo("run-1/finished");
      assertThat(each.event()).isEqualTo("RUN_FINISHED");
      assertThat(each.body()).isEqualTo(new String(BODY, StandardCharsets.UTF_8));
      assertThat(each.signature()).isEqualTo(hmac(each.timestamp(), BODY));
    }
  }

  @Test
  void a_refusal_and_a_redirect_are_for_good() throws Exception {
    answers.addAll(List.of(401, 302));
    try (Webhooks webhooks = webhooks()) {
      webhooks.tellAndWait("one", "IMAGE_FAILED", BODY);
      webhooks.tellAndWait("two", "IMAGE_FAILED", BODY);
    }

    assertThat(received).extracting(Received::id).containsExactly("one", "two");
  }

  @Test
  void a_notice_that_is_never_taken_is_given_up_and_those_behind_it_are_told() throws Exception {
    fail(Webhooks.ATTEMPTS);
    try (Webhooks webhooks = webhooks()) {
      webhooks.tell("one", "IMAGE_FAILED", BODY);
      webhooks.tell("two", "IMAGE_FAILED", BODY);
      webhooks.tellAndWait("three", "RUN_FINISHED", BODY);
    }

    assertThat(times("one")).isEqualTo(Webhooks.ATTEMPTS);
    assertThat(times("two")).isEqualTo(1);
    assertThat(times("three")).isEqualTo(1);
  }

  @Test
  void several_notices_in_a_row_that_are_refused_at_once_cost_the_others_nothing()
      throws Exception {
    fail(Webhooks.ATTEMPTS + 1);
    // Long enough for all to be there before the first is given up.
    try (Webhooks webhooks = webhooks(Duration.ofMillis(10))) {
      webhooks.tell("one", "IMAGE_FAILED", BODY);
      webhooks.tell("two", "IMAGE_FAILED", BODY);
      webhooks.tell("three", "IMAGE_FAILED", BODY);
      webhooks.tellAndWait("four", "RUN_FINISHED", BODY);
      webhooks.tellAndWait("five", "RUN_FINISHED", BODY);
    }

    assertThat(times("one")).isEqualTo(Webhooks.ATTEMPTS);
    assertThat(times("two")).isEqualTo(1);
    assertThat(times("three")).isEqualTo(1);
    assertThat(times("four")).isEqualTo(1);
    assertThat(times("five")).isEqualTo(1);
  }

  private void fail(int attempts) {
    answers.addAll(Collections.nCopies(attempts, 500));
  }

  private long times(String id) {
    return received.stream().filter(each -> each.id().equals(id)).count();
  }

  @Test
  void nobody_at_the_address_is_given_up_too() throws Exception {
    server.stop(0);
    try (Webhooks webhooks = webhooks()) {
      webhooks.tellAndWait("one", "RUN_FINISHED", BODY);
    }

    assertThat(received).isEmpty();
  }

  @Test
  void what_waits_at_the_end_is_told() throws Exception {
    try (Webhooks webhooks = webhooks()) {
      webhooks.tellAndWait(
          "first", "IMAGE_FAILED", BODY); // what the first one costs is not waiting
      for (int i = 0; i < 20; i++) {
        webhooks.tell("image-" + i, "IMAGE_FAILED", BODY);
      }
    }

    assertThat(received).hasSize(21);
  }

  @Test
  void the_name_for_the_log_has_no_token() {
    WebhookTarget target = target(URI.create("https://example.org/hook?token=hidden"), Map.of());

    assertThat(target).hasToString("https://example.org/hook");
  }
}

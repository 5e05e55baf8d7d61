package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code collect --all} as a process tells a real HTTP server, which does not take it at first. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class WebhookTest {
  private static final RunId RUN = new RunId("run-h");
  private static final String SECRET = "0123456789abcdef-hidden";

  private record Received(String event, String signature, String body) {}

  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final KafkaSettings settings = SharedBroker.settings("webhook");

  @TempDir private Path folder;

  WebhookTest() throws IOException {
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
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var headers = exchange.getRequestHeaders();
      received.add(
          new Received(
              headers.getFirst("X-Image-Tools-Event"),
              headers.getFirst("X-Image-Tools-Signature"),
              body));
      exchange.sendResponseHeaders(received.size() == 1 ? 503 : 204, -1);
    }
  }

  private ProgramProcess collector() throws IOException {
    return ProgramProcess.start(
        folder,
        Map.of("IMAGE_TOOLS_WEBHOOK_SECRET", SECRET),
        "collect",
        "--all",
        "--output-dir=" + folder.resolve("runs"),
        "--webhook=http://localhost:" + server.getAddress().getPort() + "/hook",
        "--bootstrap-server=" + settings.bootstrapServers(),
        "--topic-prefix=" + settings.topics().prefix());
  }

  private Optional<Received> of(String event) {
    // The first attempt of all was not taken.
    return received.stream().skip(1).filter(each -> each.event().equals(event)).findFirst();
  }

  @Test
  void a_failed_image_and_the_end_of_its_run_are_told_and_signed() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.AUTO, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC());
        ScriptedWorker worker =
            new ScriptedWorker(
                cluster,
                2,
                job -> {
                  if (job.id().number() == 2) {
                    throw new MirrorFailure(FailureKind.DENIED, "It may not be read.");
                  }
                });
        ProgramProcess collector = collector()) {
      publisher.publish(new Submission(RUN, null, Jobs.jobs(RUN, 3), List.of()));

      await()
          .atMost(Duration.ofSeconds(100))
          .until(() -> of("RUN_FINISHED").isPresent() && of("IMAGE_FAILED").isPresent());
      assertThat(worker.engine().begun()).hasSize(3);
      assertThat(of("IMAGE_FAILED").orElseThrow().body())
          .contains("\"id\":\"run-h/2/failed\"", "\"kind\":\"DENIED\"");
      assertThat(of("RUN_FINISHED").orElseThrow().body())
          .contains("\"id\":\"run-h/finished\"", "\"mirrored\":2", "\"failed\":1");
      assertThat(received).allMatch(each -> each.signature().matches("sha256=[0-9a-f]{64}"));
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> collector.err().contains("Run run-h has ended"));
      assertThat(collector.err())
          .contains("it answered 503; attempt 2 of 8")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void a_webhook_without_a_secret_is_refused() {
    CommandRun run =
        CommandRun.of(
            "collect",
            "--all",
            "--webhook=http://localhost:1/hook",
            "--bootstrap-server=" + settings.bootstrapServers());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("IMAGE_TOOLS_WEBHOOK_SECRET", "openssl rand -hex 32");
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.testing.ProgramRun;
import io.imagetools.testing.Programs;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real Prometheus takes our rules, and understands every question of the dashboard. */
@Timeout(300)
class PrometheusTest {
  private static final Path RULES = Repository.root().resolve("deploy/prometheus");
  private static final Path DASHBOARD =
      Repository.root().resolve("deploy/grafana/image-tools.json");
  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");

  @TempDir private Path folder;

  private static void promtool(String... arguments) {
    ProgramRun.output(Programs.require("promtool"), "", arguments);
  }

  private static List<String> questions() throws IOException {
    return EXPRESSION
        .matcher(Files.readString(DASHBOARD))
        .results()
        .map(found -> found.group(1).replace("\\\"", "\""))
        .map(text -> text.replace("$__rate_interval", "1m").replace("$instance", ".*"))
        .toList();
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static boolean isReady(int port) throws InterruptedException {
    try {
      return get(port, "/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process prometheus(int port) throws IOException {
    for (String name : List.of("alerts.yml", "prometheus.yml")) {
      Files.copy(RULES.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    return new ProcessBuilder(
            Programs.require("prometheus").toString(),
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  @Test
  void the_alert_rules_are_right_and_fire_when_they_shall() {
    promtool("check", "rules", RULES.resolve("alerts.yml").toString());
    promtool("check", "config", RULES.resolve("prometheus.yml").toString());
    promtool("test", "rules", RULES.resolve("alerts-test.yml").toString());
  }

  @Test
  void the_server_loads_the_rules_and_answers_every_question_of_the_dashboard() throws Exception {
    int port = freePort();
    Process server = prometheus(port);
    try {
      await().atMost(Duration.ofSeconds(90)).until(() -> isReady(port));

      assertThat(get(port, "/api/v1/rules").body())
          .contains("\"name\":\"ImageToolsNoWorkers\"", "\"name\":\"ImageToolsLagUnknown\"")
          .doesNotContain("\"health\":\"err\"");
      assertThat(questions()).hasSizeGreaterThan(15);
      for (String question : questions()) {
        HttpResponse<String> answer =
            get(port, "/api/v1/query?query=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(question + "\n" + answer.body()).isEqualTo(200);
      }
    } finally {
      server.destroy();
      assertThat(server.waitFor()).isNotNegative();
    }
  }
}

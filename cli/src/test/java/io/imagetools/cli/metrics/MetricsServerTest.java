package io.imagetools.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  private final Measurements measurements = new Measurements();
  private final MetricsServer server = MetricsServer.bind(0);

  @AfterEach
  void close() {
    server.close();
    measurements.close();
  }

  private HttpResponse<String> ask(String method, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return ask("GET", path);
  }

  @Test
  void metrics_are_in_the_text_form_of_prometheus() throws Exception {
    server.begin(measurements, List::of);

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("imagetools_build_info{version=", "jvm_memory_used_bytes{", "# TYPE");
  }

  @Test
  void ready_is_who_passes_every_check() throws Exception {
    server.begin(measurements, () -> List.of(Check.ok("queue", "it is there")));

    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).isEqualTo("ok   queue: it is there\n");
  }

  @Test
  void who_fails_a_check_is_not_ready_and_says_what_to_do_but_lives() throws Exception {
    server.begin(
        measurements,
        () ->
            List.of(
                Check.ok("engine", "it is there"),
                Check.failed("queue", "no broker", "Start one.")));

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("FIX  queue: no broker Start one.");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void checks_that_throw_are_an_answer_too() throws Exception {
    server.begin(
        measurements,
        () -> {
          throw new IllegalStateException("broken");
        });

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
  }

  @Test
  void who_ends_is_not_ready() throws Exception {
    server.begin(measurements, () -> List.of(Check.ok("queue", "it is there")));
    server.ending();

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void nothing_else_is_there() throws Exception {
    server.begin(measurements, List::of);

    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/../etc").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(ask("HEAD", "/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void a_port_that_is_taken_is_said_to_be() {
    assertThatThrownBy(() -> MetricsServer.bind(server.port()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("Port " + server.port())
        .hasMessageContaining("--metrics-port");
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus, an autoscaler and probes see of real processes. */
@Timeout(300)
class MetricsTest {
  private static final Pattern PORT = Pattern.compile("Metrics and health are on port (\\d+)");
  private static final Duration SOON = Duration.ofSeconds(90);

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private final TestBroker broker = TestBroker.start();

  @TempDir private Path folder;

  @BeforeEach
  void start() {
    source.start();
    destination.start();
    new ImageCorpus(source).dockerList("app", "1");
  }

  @AfterEach
  void stop() {
    broker.close();
    source.close();
    destination.close();
  }

  private ProgramProcess process(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", broker.bootstrapServers(), "--metrics-port", "0"));
    return ProgramProcess.start(folder, Map.of(), all.toArray(String[]::new));
  }

  private static int port(ProgramProcess process) {
    return await()
        .atMost(SOON)
        .until(
            () -> {
              Matcher found = PORT.matcher(process.err());
              return found.find() ? Integer.parseInt(found.group(1)) : -1;
            },
            port -> port > 0);
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** The sum over all labels that contain that text; NaN if there is none. */
  private static double value(int port, String name, String label)
      throws IOException, InterruptedException {
    return get(port, "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .filter(line -> line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  private String enqueue() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.write(
        list,
        List.of(
            source.host() + "/app " + destination.host() + "/one 1",
            source.host() + "/app " + destination.host() + "/two 1",
            source.host() + "/none " + destination.host() + "/none 1"));
    CommandRun run =
        CommandRun.of(
            "enqueue", "-f", list.toString(), "--bootstrap-server", broker.bootstrapServers());
    assertThat(run.status()).as(run.err()).isZero();
    return run.out().strip();
  }

  @Test
  void a_worker_and_a_collector_are_measured_from_the_first_job_to_the_brokers_death()
      throws Exception {
    enqueue();
    try (ProgramProcess collector =
        process("collect", "--all", "--output-dir", folder.resolve("runs").toString())) {
      int atCollector = port(collector);
      // Nobody has ever taken a job: an autoscaler must see them all the same.
      await().atMost(SOON).until(() -> value(atCollector, "imagetools_queue_lag", "") == 3);
      await().atMost(SOON).until(() -> get(atCollector, "/readyz").statusCode() == 200);

      try (ProgramProcess worker =
          process(
              "worker",
              "-j",
              "2",
              "--engine=registry",
              "--insecure-registry=" + source.host() + "," + destination.host())) {
        int atWorker = port(worker);
        await()
            .atMost(SOON)
            .until(() -> value(atWorker, "imagetools_jobs_finished_total", "") == 3);
        await().atMost(SOON).until(() -> value(atWorker, "imagetools_jobs_running", "") == 0);
        await().atMost(SOON).until(() -> value(atCollector, "imagetools_queue_lag", "") == 0);
        await()
            .atMost(SOON)
            .until(() -> value(atCollector, "imagetools_runs_left_total", "incomplete") == 1);

        assertCounted(atWorker);
        assertThat(value(atCollector, "imagetools_runs_followed_total", "")).isEqualTo(1);
        assertThat(value(atCollector, "imagetools_runs_following", "")).isZero();
        await().atMost(SOON).until(() -> get(atWorker, "/readyz").statusCode() == 200);

        broker.close();
        await().atMost(SOON).until(() -> get(atWorker, "/readyz").statusCode() == 503);
        await().atMost(SOON).until(() -> get(atCollector, "/readyz").statusCode() == 503);
        assertThat(get(atWorker, "/livez").statusCode()).isEqualTo(200);
      }
    }
  }

  private void assertCounted(int worker) throws Exception {
    assertThat(value(worker, "imagetools_jobs_taken_total", ""))
        .isEqualTo(
            value(worker, "imagetools_jobs_finished_total", "")
                + value(worker, "imagetools_jobs_parked_total", "")
                + value(worker, "imagetools_jobs_returned_total", "")
                + value(worker, "imagetools_jobs_running", ""));
    assertThat(value(worker, "imagetools_jobs_finished_total", "kind=\"SOURCE_NOT_FOUND\""))
        .isEqualTo(1);
    assertThat(value(worker, "imagetools_blobs_bytes_total", "how=\"copied\"")).isPositive();
    assertThat(value(worker, "imagetools_blobs_sent_bytes_total", ""))
        .isGreaterThanOrEqualTo(value(worker, "imagetools_blobs_bytes_total", "how=\"copied\""));
    assertThat(value(worker, "imagetools_slots", "")).isEqualTo(2);
    assertThat(value(worker, "imagetools_registry_circuit", destination.host())).isZero();
  }
}

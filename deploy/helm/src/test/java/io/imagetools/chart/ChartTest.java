package io.imagetools.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What helm makes of the chart. Golden files hold all of it; {@code -Dgolden.write=FOLDER} writes
 * them anew. Not checked: that a cluster takes it. The types of PodMonitor, PrometheusRule and
 * ScaledObject are not Kubernetes' own: {@code deploy/helm/check-custom-resources} holds them.
 */
class ChartTest {
  private static final Path RESOURCES = Chart.root().resolve("deploy/helm/src/test/resources");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"least", "all"})
  void manifests_are_those_of_the_golden_file(String set) throws IOException {
    String manifests = rendered(set);
    String write = System.getProperty("golden.write");
    if (write != null) {
      Files.writeString(Path.of(write, set + ".yaml"), manifests);
      return;
    }

    assertThat(manifests).isEqualTo(Files.readString(RESOURCES.resolve(set + ".yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"least", "all"})
  void kubernetes_types_know_every_field(String set) {
    for (JsonNode manifest : Manifests.parsed(rendered(set))) {
      String kind = Manifests.kind(manifest);
      var type = Manifests.TYPES.get(kind);
      if (type == null) {
        assertThat(kind)
            .isIn(
                "monitoring.coreos.com/v1/PodMonitor",
                "monitoring.coreos.com/v1/PrometheusRule",
                "keda.sh/v1alpha1/ScaledObject");
      } else {
        assertThat(Manifests.typed(manifest, type).getMetadata().getName()).isNotBlank();
      }
    }
  }

  @Test
  void a_field_that_kubernetes_does_not_know_is_an_error() {
    JsonNode manifest =
        Manifests.parsed(
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {readOnly: true}}}}")
            .get(0);

    assertThatThrownBy(() -> Manifests.typed(manifest, Deployment.class))
        .hasMessageContaining("readOnly");
  }

  @ParameterizedTest
  @ValueSource(strings = {"least", "all"})
  void the_program_knows_every_option_and_setting(String set) throws IOException {
    String settings = Files.readString(Chart.root().resolve("docs/configuration.md"));
    for (JsonNode manifest : Manifests.parsed(rendered(set))) {
      for (JsonNode arg : manifest.at("/spec/template/spec/containers/0/args")) {
        if (arg.asText().startsWith("--")) {
          assertThat(settings).contains("| `" + arg.asText() + "` |");
        }
      }
      manifest
          .at("/data/config.properties")
          .asText()
          .lines()
          .map(line -> line.replaceFirst(" = .*", "").replaceFirst("^(worker|collect)\\.", ""))
          .forEach(name -> assertThat(settings).contains("| `--" + name + "` |"));
    }
  }

  @Test
  void the_autoscaler_asks_for_a_gauge_that_is_documented() throws IOException {
    Matcher gauge = Pattern.compile("query: .*(imagetools_[a-z_]+)\\{").matcher(rendered("all"));

    assertThat(gauge.find()).isTrue();
    assertThat(Files.readString(Chart.root().resolve("docs/metrics.md")))
        .contains("`" + gauge.group(1) + "`");
  }

  /** It stands there with quotes of the other kind. */
  @Test
  void what_the_autoscaler_asks_is_tested_beside_the_alert_rules() throws IOException {
    Matcher query = Pattern.compile("query: \"(.*)\"\n").matcher(rendered("all"));

    assertThat(query.find()).isTrue();
    assertThat(Files.readString(Chart.root().resolve("deploy/prometheus/alerts-test.yml")))
        .contains("'" + query.group(1).replace("\\\"", "\"") + "'");
  }

  @Test
  void helm_lint_finds_nothing() throws IOException {
    copyWithTheTwoValues();

    LintResult result = new Helm(folder).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image: {registry: r.example}                                                  | bootstrapServers",
        "kafka: {bootstrapServers: 'kafka:9092'}                                       | registry",
        "{image: {registry: r.example}, kafka: {bootstrapServers: kafka}}              | bootstrapServers",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, wroker: {}}  | wroker",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, worker: {jobs: 21}} | jobs",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, keda: {enabled: true}} | keda.prometheusAddress",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, collector: {webhook: {url: 'https://h'}}} | collector.webhook.secret",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, tracing: {endpoint: 'otel:4318'}} | endpoint",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, tracing: {samplerArg: '2'}} | samplerArg",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, networkPolicy: {kafkaPorts: []}} | kafkaPorts",
        "{image: {registry: r.example}, kafka: {bootstrapServers: 'k:1'}, networkPolicy: {webhookPorts: [0]}} | webhookPorts",
      })
  void values_that_can_not_serve_are_refused_by_name(String values, String name)
      throws IOException {
    Path file = Files.writeString(folder.resolve("values.yaml"), values);

    assertThatThrownBy(() -> Chart.rendered(file)).hasMessageContaining(name);
  }

  /** A chart reads files of its own folder only. */
  @ParameterizedTest
  @CsvSource({
    "files/alerts.yml, deploy/prometheus/alerts.yml",
    "files/dashboard.json, deploy/grafana/image-tools.json"
  })
  void its_copies_are_what_they_are_copies_of(String copy, String original) throws IOException {
    Path file = Chart.folder().resolve(copy);
    String expected = Files.readString(Chart.root().resolve(original));
    if (System.getProperty("golden.write") != null) {
      Files.writeString(file, expected);
    }

    assertThat(Files.readString(file)).isEqualTo(expected);
  }

  @Test
  void every_value_is_described() throws IOException {
    List<String> lines = Files.readAllLines(Chart.folder().resolve("values.yaml"));
    for (int i = 1; i < lines.size(); i++) {
      // A group whose name says what it is has its words at its members.
      if (lines.get(i).matches(" *[a-zA-Z]+: .+")
          && !lines.get(i).matches(" +(requests|limits|matchLabels): .*")) {
        assertThat(lines.get(i - 1).strip()).as("above %s", lines.get(i)).startsWith("#");
      }
    }
  }

  /** Who sets others replaces them, and has to repeat what shall stay. */
  @Test
  void options_of_java_that_the_images_have_are_described() throws IOException {
    String values = Files.readString(Chart.folder().resolve("values.yaml"));
    List<String> options =
        Pattern.compile("IMAGE_TOOLS_JVM_OPTIONS=\"(.*)\"")
            .matcher(Files.readString(Chart.root().resolve("deploy/images/Dockerfile")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(options).as("of the collector and the worker").hasSize(2);
    assertThat(options).allSatisfy(each -> assertThat(values).contains("(" + each + ")"));
  }

  private static String rendered(String set) {
    return Chart.rendered(RESOURCES.resolve(set + "-values.yaml"));
  }

  /** helm's library lints a chart with its own values only, and two of them must be given. */
  private void copyWithTheTwoValues() throws IOException {
    try (Stream<Path> files = Files.walk(Chart.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(Chart.folder().relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    Path values = folder.resolve("values.yaml");
    Files.writeString(
        values,
        Files.readString(values)
            .replace("registry: \"\"", "registry: registry.example.org/tools")
            .replace("bootstrapServers: \"\"", "bootstrapServers: kafka:9092"));
  }
}

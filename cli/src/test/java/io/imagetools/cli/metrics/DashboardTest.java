package io.imagetools.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.execution.CircuitState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules and dashboard ask for what there is. */
class DashboardTest {
  private static final String RULES = "prometheus/alerts.yml";
  private static final String DASHBOARD = "grafana/image-tools.json";
  private static final Pattern NAME = Pattern.compile("\\b(imagetools|jvm|process)_[a-z_]+");

  private static Set<String> served() {
    try (Measurements measurements = new Measurements();
        CollectorMetrics collector = new CollectorMetrics(measurements, () -> OptionalLong.of(1))) {
      WorkerMetrics worker = new WorkerMetrics(measurements);
      worker.slots(1);
      worker.sent(() -> 1);
      worker.circuits(() -> Map.of(new Registry("r.example"), CircuitState.CLOSED));
      collector.followed();
      return measurements
          .text()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("[{ ]", 2)[0])
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> asked(String... files) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String file : files) {
      NAME.matcher(Files.readString(Path.of("..", "deploy").resolve(file)))
          .results()
          .map(MatchResult::group)
          .forEach(names::add);
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {RULES, DASHBOARD})
  void every_name_is_served(String file) throws IOException {
    assertThat(asked(file)).isNotEmpty();
    assertThat(served()).containsAll(asked(file));
  }

  @Test
  void what_is_measured_is_shown_or_watched() throws IOException {
    Set<String> ours =
        served().stream()
            .filter(name -> name.startsWith("imagetools_"))
            .filter(name -> !name.endsWith("_max")) // Micrometer's own addition to a histogram
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(asked(RULES, DASHBOARD)).containsAll(ours);
  }
}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules and dashboard ask for what there is. */
class DashboardTest {
  private static final Pattern NAME = Pattern.compile("\\b(imagetools|jvm|process)_[a-z_]+");

  private static Set<String> served() {
    try (Measurements measurements = new Measurements();
        CollectorMetrics collector = new CollectorMetrics(measurements, () -> OptionalLong.of(1))) {
      WorkerMetrics worker = new WorkerMetrics(measurements);
      worker.slots(1);
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

  @ParameterizedTest
  @ValueSource(strings = {"prometheus/alerts.yml", "grafana/image-tools.json"})
  void every_name_is_served(String file) throws IOException {
    Set<String> asked =
        NAME.matcher(Files.readString(Path.of("..", "deploy").resolve(file)))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(asked).isNotEmpty();
    assertThat(served()).containsAll(asked);
  }
}

package io.imagetools.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.imagetools.worker.execution.ExecutionSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ExecutionOptionsTest {

  private static ExecutionSettings read(String... arguments) {
    ExecutionOptions options = new ExecutionOptions();
    CommandLine line = new CommandLine(options);
    line.registerConverter(Duration.class, new DurationConverter());
    line.parseArgs(arguments);
    return options.settings();
  }

  @Test
  void without_options_the_defaults_hold() {
    assertThat(read()).isEqualTo(ExecutionSettings.DEFAULT);
  }

  @Test
  void every_setting_has_an_option() {
    ExecutionSettings settings =
        read(
            "--attempts=3",
            "--backoff=2s",
            "--backoff-multiplier=1.5",
            "--backoff-jitter=0",
            "--backoff-longest=10s",
            "--max-retry-after=1h",
            "--wait-in-place=5s",
            "--max-parked=2h",
            "--max-per-registry=4",
            "--rate-per-registry=7",
            "--circuit-window=30",
            "--circuit-minimum=6",
            "--circuit-threshold=50",
            "--circuit-open=1m",
            "--circuit-trials=1",
            "--circuit-patience=0s");

    assertThat(settings)
        .isEqualTo(
            new ExecutionSettings(
                new ExecutionSettings.Retrying(
                    3, Duration.ofSeconds(2), 1.5, 0, Duration.ofSeconds(10), Duration.ofHours(1)),
                new ExecutionSettings.Gating(
                    4,
                    7,
                    new ExecutionSettings.Circuit(
                        30, 6, 50, Duration.ofMinutes(1), 1, Duration.ZERO)),
                new ExecutionSettings.Waiting(Duration.ofSeconds(5), Duration.ofHours(2))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--attempts=0            | '0' is not a whole number from 1 to 100",
        "--attempts=101          | '101' is not a whole number from 1 to 100",
        "--backoff=0s            | '0s' is no time at all: write 1s or more",
        "--backoff-multiplier=.9 | '.9' is not a number from 1.0 to 10.0",
        "--backoff-multiplier=NaN| 'NaN' is not a number from 1.0 to 10.0",
        "--backoff-jitter=1      | '1' is not a number from 0.0 to 0.99",
        "--backoff-longest=9000h | '9000h' is more than a year: write 8760h or less",
        "--max-retry-after=-1s   | '-1s' is not a duration",
        "--max-per-registry=0    | '0' is not a whole number from 1 to 1000000",
        "--rate-per-registry=-1  | '-1' is not a whole number from 1 to 1000000",
        "--circuit-window=1      | '1' is not a whole number from 2 to 1000000",
        "--circuit-minimum=0     | '0' is not a whole number from 1 to 1000000",
        "--circuit-threshold=101 | '101' is not a whole number from 1 to 100",
        "--circuit-open=0ms      | '0ms' is no time at all: write 1s or more",
        "--circuit-trials=0      | '0' is not a whole number from 1 to 1000000",
        "--circuit-patience=soon | 'soon' is not a duration",
      })
  void what_cannot_serve_is_refused_with_its_bounds(String argument, String sentence) {
    String option = argument.substring(0, argument.indexOf('='));

    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> read(argument))
        .withMessageContaining("'" + option + "'")
        .withMessageContaining(sentence);
  }

  @Test
  void a_first_wait_above_the_longest_and_a_minimum_above_the_window_are_no_mistakes() {
    ExecutionSettings settings = read("--backoff=2m", "--circuit-window=4");

    assertThat(settings.retry().longest()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.gate().circuit().minimum()).isEqualTo(4);
  }
}

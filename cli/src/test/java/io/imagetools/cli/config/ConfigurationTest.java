package io.imagetools.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.ImageTools;
import io.imagetools.cli.terminal.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir private Path folder;

  private record Ended(int status, String out, String err) {
    /** The row of a setting, blanks as one. */
    String row(String setting) {
      return out.lines()
          .filter(line -> line.startsWith(setting + " "))
          .map(line -> line.replaceAll(" +", " "))
          .findFirst()
          .orElse("there is no " + setting);
    }
  }

  private static Ended run(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false);
    int status = new ImageTools(streams, environment).run(arguments);
    return new Ended(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("settings.properties"), List.of(lines));
  }

  private Ended printed(Map<String, String> environment, Path file, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("worker", "--print-config", "--config=" + file));
    arguments.addAll(List.of(more));
    return run(environment, arguments.toArray(String[]::new));
  }

  @Test
  void a_flag_goes_before_the_environment_before_the_file_before_the_default() throws IOException {
    Path file = file("attempts = 6", "backoff = 6s", "job-timeout = 6m");
    Ended ended =
        printed(
            Map.of("IMAGE_TOOLS_ATTEMPTS", "7", "IMAGE_TOOLS_BACKOFF", "7s"), file, "--attempts=8");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.status()).isZero();
    assertThat(ended.row("attempts")).isEqualTo("attempts 8 flag");
    assertThat(ended.row("backoff")).isEqualTo("backoff 7s environment IMAGE_TOOLS_BACKOFF");
    assertThat(ended.row("job-timeout"))
        .isEqualTo("job-timeout 6m file " + file + ", line 3, job-timeout");
    assertThat(ended.row("stall-timeout")).isEqualTo("stall-timeout 5m default");
  }

  @Test
  void what_is_said_for_one_command_goes_before_what_is_said_for_all() throws IOException {
    Path file = file("jobs = 2", "worker.jobs = 3", "drain=4s", "mirror.jobs=9");

    assertThat(printed(Map.of(), file).row("jobs")).contains(" 3 ", "worker.jobs");
    assertThat(
            printed(Map.of("IMAGE_TOOLS_JOBS", "4", "IMAGE_TOOLS_WORKER_JOBS", "5"), file)
                .row("jobs"))
        .isEqualTo("jobs 5 environment IMAGE_TOOLS_WORKER_JOBS");
    assertThat(printed(Map.of("IMAGE_TOOLS_JOBS", "4"), file).row("jobs"))
        .isEqualTo("jobs 4 environment IMAGE_TOOLS_JOBS");
  }

  @Test
  void the_values_arrive_in_the_command() {
    Ended plan = run(Map.of("IMAGE_TOOLS_FILE", folder + "/absent.txt"), "plan");

    assertThat(plan.err()).contains("absent.txt");
  }

  @Test
  void a_switch_is_on_whether_the_flag_the_file_or_both_say_so() throws IOException {
    Path file = file("debug = true");

    assertThat(printed(Map.of(), file).row("debug")).startsWith("debug true file ");
    assertThat(printed(Map.of(), file, "--debug").row("debug")).isEqualTo("debug true flag");
    assertThat(printed(Map.of("IMAGE_TOOLS_DEBUG", "false"), file).row("debug"))
        .isEqualTo("debug false environment IMAGE_TOOLS_DEBUG");
  }

  @Test
  void the_file_is_found_by_a_variable_and_in_its_usual_place() throws IOException {
    Path usual = Files.createDirectories(folder.resolve(".config/image-tools"));
    Files.writeString(usual.resolve("config.properties"), "attempts=11\n");
    Path named = file("attempts=12");

    Ended byHome = run(Map.of("HOME", folder.toString()), "worker", "--print-config");
    Ended byVariable =
        run(
            Map.of("HOME", folder.toString(), "IMAGE_TOOLS_CONFIG", named.toString()),
            "worker",
            "--print-config");

    assertThat(byHome.row("attempts")).startsWith("attempts 11 file ");
    assertThat(byVariable.row("attempts")).startsWith("attempts 12 file ");
  }

  @Test
  void all_mistakes_are_named_at_once_with_place_and_remedy() throws IOException {
    Path file = file("# ours", "atempts = 3", "backoff = soon", "worker.debug = yes");
    Ended ended =
        run(
            Map.of("IMAGE_TOOLS_BOOTSTRAP_SEVER", "kafka:9092", "IMAGE_TOOLS_JOBS", "many"),
            "worker",
            "--config",
            file.toString(),
            "--attempts=0",
            "--engine=fast",
            "--nmae=x");

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err().lines())
        .contains(
            "image-tools: file "
                + file
                + ", line 2, atempts: there is no such setting. Did you"
                + " mean attempts?",
            "image-tools: file "
                + file
                + ", line 3, backoff: 'soon' is not a duration: write a"
                + " number and ms, s, m or h, for example 30s. Correct it, or take it out",
            "image-tools: file "
                + file
                + ", line 4, worker.debug: 'yes' is neither true nor false."
                + " Correct it, or take it out",
            "image-tools: environment IMAGE_TOOLS_BOOTSTRAP_SEVER: there is no such setting. Did you"
                + " mean IMAGE_TOOLS_BOOTSTRAP_SERVER?",
            "image-tools: environment IMAGE_TOOLS_JOBS: 'many' is not an int. Correct it, or take it"
                + " out",
            "image-tools: Invalid value for option '--attempts': '0' is not a whole number from 1 to"
                + " 100")
        .anyMatch(line -> line.contains("--engine") && line.contains("fast"))
        .anyMatch(line -> line.contains("--nmae"));
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void mistakes_outside_of_the_command_line_alone_stop_the_command_too() throws IOException {
    Ended ended = run(Map.of("IMAGE_TOOLS_LOCK", "0s"), "worker", "--config=" + file("x.y=1"));

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("IMAGE_TOOLS_LOCK: '0s' is no time at all", "line 1, x.y");
  }

  @Test
  void a_file_that_is_named_and_not_there_is_a_mistake() {
    Ended ended = run(Map.of(), "worker", "--config=" + folder.resolve("absent"));

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("absent (from --config): there is no such file");
  }

  @Test
  void help_answers_whatever_is_wrong_in_the_settings() {
    Ended ended = run(Map.of("IMAGE_TOOLS_JOBS", "many"), "worker", "--help");

    assertThat(ended.status()).isZero();
    assertThat(ended.out()).contains("--print-config");
  }

  @Test
  void what_kubernetes_puts_into_a_pod_is_no_mistake() {
    Ended ended =
        run(
            Map.of(
                "IMAGE_TOOLS_METRICS_SERVICE_HOST", "10.0.0.1",
                "IMAGE_TOOLS_PORT_9400_TCP_ADDR", "10.0.0.1",
                "IMAGE_TOOLS_SERVICE_PORT", "9400",
                "IMAGE_TOOLS_PORT", "tcp://10.0.0.1:9400"),
            "worker",
            "--print-config");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.status()).isZero();
  }

  @Test
  void no_secret_is_shown() {
    Ended ended =
        run(
            Map.of("DOCKER_PASSWORD", "hunter2", "DOCKER_USERNAME", "robot"),
            "worker",
            "--print-config",
            "--fetch-skopeo=https://me:hunter2@example.org/skopeo?token=hunter2");

    assertThat(ended.row("DOCKER_USERNAME")).isEqualTo("DOCKER_USERNAME robot environment");
    assertThat(ended.row("DOCKER_PASSWORD")).contains("(set; not shown)");
    assertThat(ended.row("fetch-skopeo")).contains("https://***@example.org/skopeo?***");
    assertThat(ended.out() + ended.err()).doesNotContain("hunter2");
  }
}

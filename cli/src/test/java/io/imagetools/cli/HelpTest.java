package io.imagetools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.terminal.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Help texts are part of the product: a change of one is seen in a review. {@code
 * -Dgolden.write=FOLDER} writes them anew, and docs/configuration.md.
 */
class HelpTest {

  private record Ended(int status, String out, String err) {}

  private static final Streams NO_STREAMS =
      new Streams(
          InputStream.nullInputStream(),
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
          false,
          false,
          false);

  private static Ended run(String... arguments) {
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
    int status = new ImageTools(streams, Map.of()).run(arguments);
    return new Ended(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image-tools",
        "mirror",
        "enqueue",
        "worker",
        "collect",
        "status",
        "retry",
        "cancel",
        "plan",
        "doctor"
      })
  void help_is_as_reviewed(String command) throws IOException {
    Ended help = command.equals("image-tools") ? run("--help") : run(command, "--help");

    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    String folder = System.getProperty("golden.write");
    if (folder != null) {
      Files.writeString(Path.of(folder, command + ".txt"), help.out());
      return;
    }
    try (InputStream golden = HelpTest.class.getResourceAsStream(command + ".txt")) {
      assertThat(golden).as("golden file %s.txt", command).isNotNull();
      assertThat(help.out()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void the_page_of_settings_is_as_the_commands_are() throws IOException {
    Path page = Path.of("..", "docs", "configuration.md");
    String generated = ConfigurationPage.of(new ImageTools(NO_STREAMS, Map.of()).commandLine());

    if (System.getProperty("golden.write") != null) {
      Files.writeString(page, generated);
    }
    assertThat(Files.readString(page))
        .as("docs/configuration.md is generated: run HelpTest with -Dgolden.write=FOLDER")
        .isEqualTo(generated);
  }

  @Test
  void every_flag_of_the_original_is_there() {
    assertThat(run("mirror", "--help").out())
        .contains("-a,", "-d,", "-debug", "-f,", "-j,", "-o,", "-s,")
        .contains("DOCKER_USERNAME", "DOCKER_PASSWORD", "DOCKER_REGISTRY");
  }

  @Test
  void the_version_names_program_and_java() {
    assertThat(run("--version").out())
        .containsPattern("image-tools \\d+\\.\\d+")
        .contains("Java " + System.getProperty("java.version"));
  }

  @Test
  void a_word_that_is_no_command_is_answered_with_those_that_are_near() {
    Ended ended = run("mirrror");

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("mirrror", "mirror", "Try 'image-tools --help'");
  }
}

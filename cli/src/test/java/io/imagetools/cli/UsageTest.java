package io.imagetools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.terminal.Streams;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command line that can't be meant is refused with a sentence, before anything starts. */
class UsageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mirror --attempts=0                   | '--attempts': '0' is not a whole number from 1 to 100",
        "mirror --attempts=many                | 'many' is not a whole number",
        "mirror --lock=10ms                    | '10ms' is too short: write 1s or more",
        "mirror --job-timeout=0s               | '0s' is no time at all",
        "mirror --stall-timeout=5              | '5' is not a duration: write a number and ms, s, m",
        "worker --bootstrap-server=a:1 --circuit-trials=0 | '0' is not a whole number from 1",
        "worker --bootstrap-server=a:1 --stall-timeout=1ms| '1ms' is too short: write 1s or more",
        "worker                                | which cluster? Give --bootstrap-server HOST:PORT",
        "mirror --insecure-registry=http://a   | 'http://a' is not a registry host: write HOST or",
        "mirror --fetch-skopeo=::              | '::' is not an address: write it whole",
        "mirror --fetch-skopeo=https://a.org/s | --fetch-skopeo needs --skopeo-sha256",
        "mirror --bootstrap-server=a:1 --attempts=3 | give --attempts to 'image-tools worker'",
        "mirror --bootstrap-server=a:1 --engine=skopeo | give --engine to 'image-tools worker'",
        "mirror -d=https://a.example.org       | without a scheme such as https://",
        "mirror -j=many                        | 'many' is not an int",
        "mirror a.txt                          | Unmatched argument",
        "--print-config                        | Options stand behind a command",
        "-f list.txt mirror                    | Options stand behind a command",
        "collect --bootstrap-server=a:1        | which run? Give its id, or --all",
        "status                                | which cluster? Give --bootstrap-server HOST:PORT",
      })
  void a_wrong_command_line_is_refused(String arguments, String sentence) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false);

    int status = new ImageTools(streams, Map.of()).run(arguments.split(" +"));

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(sentence)
        .contains("Try 'image-tools")
        .doesNotContain("java.");
    assertThat(status).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}

package io.imagetools.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.terminal.Streams;
import io.imagetools.common.process.ProgramVersion;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogOptionsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Streams streams =
      new Streams(InputStream.nullInputStream(), err, err, false, false, false);

  @Test
  void the_first_line_of_a_log_that_is_read_later_names_the_version() {
    new LogOptions().startWithVersion(streams);

    assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
        .endsWith(
            "image-tools "
                + ProgramVersion.current()
                + " on Java "
                + System.getProperty("java.version"));
    assertThat(ProgramVersion.current()).matches("\\d+\\.\\d+.*");
  }

  @Test
  void a_command_that_answers_at_once_does_not_begin_with_its_version() {
    new LogOptions().start(streams);

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}

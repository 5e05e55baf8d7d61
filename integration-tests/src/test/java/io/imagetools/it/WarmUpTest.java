package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that the launcher runs at the first use, while somebody waits. */
class WarmUpTest {

  /** Its two clients of the registry would wait 10 s each for an answer to their TLS handshake. */
  private static final Duration TWO_HANDSHAKES = Duration.ofSeconds(20);

  @Test
  void it_waits_for_no_handshake_and_leaves_nothing(@TempDir Path folder) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    long begin = System.nanoTime();

    try (ProgramProcess program = ProgramProcess.start(folder, environment, "warm-up")) {
      assertThat(program.exit(60)).as(program.err()).isEqualTo(ExitCode.OK.status());
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TWO_HANDSHAKES);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }
}

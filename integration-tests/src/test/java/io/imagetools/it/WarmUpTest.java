package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that the launcher runs at the first use, while somebody waits. */
class WarmUpTest {

  @TempDir private Path folder;

  @Test
  void it_ends_well_and_leaves_nothing() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);

    try (ProgramProcess program = ProgramProcess.start(folder, environment, "warm-up")) {
      assertThat(program.exit(90)).as(program.err()).isEqualTo(ExitCode.OK.status());
    }

    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  /** Its two clients would wait 10 s each, and a person with them. */
  @Test
  void its_registry_does_not_keep_waiting_who_begins_with_tls() throws Exception {
    String main = WarmUpRegistryProcess.class.getName();
    try (ProgramProcess program = ProgramProcess.start(folder, Map.of(), main, List.of())) {
      assertThat(program.exit(60)).as(program.err()).isZero();
      assertThat(program.out()).contains("answer ");
    }
  }
}

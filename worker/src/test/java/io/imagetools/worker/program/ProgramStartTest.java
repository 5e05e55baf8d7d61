package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProgramStartTest {

  /** What the test kills: a process that runs a program by our runner. */
  static final class Victim {
    private Victim() {}

    /** Runs a sleep that writes down its process id. */
    public static void main(String[] arguments) throws Exception {
      try (SystemProgramRunner runner = new SystemProgramRunner()) {
        runner.run(
            ProgramCall.of(
                List.of("/bin/sh", "-c", "echo $$ > '" + arguments[0] + "'; exec sleep 600"),
                Map.of("PATH", "/usr/bin:/bin"),
                Duration.ofMinutes(10)));
      }
    }
  }

  @Test
  @Timeout(300)
  void a_program_ends_with_the_process_that_runs_it_even_by_kill_9(@TempDir Path folder)
      throws Exception {
    Path pidFile = folder.resolve("pid");
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                pidFile.toString())
            .start();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> Files.exists(pidFile) && Files.readString(pidFile).endsWith("\n"));
    ProcessHandle program =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();
    assertThat(program.isAlive()).isTrue();

    victim.destroyForcibly().waitFor();

    await().atMost(Duration.ofMinutes(2)).until(() -> !program.isAlive());
  }

  /** Ctrl-C goes to all processes of the terminal's session that are in its foreground group. */
  @Test
  @Timeout(300)
  void a_program_has_a_session_of_its_own() throws Exception {
    try (SystemProgramRunner runner = new SystemProgramRunner()) {
      ProgramResult result =
          runner.run(
              ProgramCall.of(
                  List.of("/bin/sh", "-c", "echo $$; cut -d ' ' -f 6 /proc/$$/stat"),
                  Map.of("PATH", "/usr/bin:/bin"),
                  Duration.ofMinutes(2)));

      List<String> processAndSession = result.standardOutput().lines().toList();
      assertThat(processAndSession).hasSize(2);
      assertThat(processAndSession.get(1)).isEqualTo(processAndSession.get(0));
    }
  }
}

package io.imagetools.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.ProgramResult;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.program.SystemProgramRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EngineChoiceTest {

  private static final Map<String, String> NOTHING = Map.of("PATH", "/nowhere", "HOME", "/nowhere");

  /** Runs nothing and notes what it should have. */
  private static final class NoRunner implements ProgramRunner {
    private final List<ProgramCall> calls = new ArrayList<>();

    @Override
    public ProgramResult run(ProgramCall call) {
      calls.add(call);
      throw new IllegalStateException("nothing is to be run here");
    }

    @Override
    public void close() {
      // It has nothing.
    }
  }

  @TempDir private Path folder;

  private final NoRunner runner = new NoRunner();

  private static WorkerOptions options(String... arguments) {
    WorkerOptions options = new WorkerOptions();
    new CommandLine(options)
        .registerConverter(Duration.class, new DurationConverter())
        .parseArgs(arguments);
    return options;
  }

  @Test
  void the_registry_engine_looks_for_no_program() throws Exception {
    EngineChoice choice = EngineChoice.make(runner, options("--engine=registry"), System.getenv());

    assertThat(choice.programs()).isNull();
    assertThat(choice.reason()).isEqualTo("The registry engine copies, as asked for.");
    assertThat(runner.calls).isEmpty();
  }

  @Test
  void without_skopeo_the_registry_engine_copies_and_says_why() throws Exception {
    EngineChoice choice = EngineChoice.make(runner, options(), NOTHING);

    assertThat(choice.programs()).isNull();
    assertThat(choice.reason())
        .isEqualTo("The registry engine copies, without any program: skopeo was not found.");
    assertThat(choice.check().ok()).isTrue();
  }

  @Test
  void where_both_programs_are_here_skopeo_copies_and_says_which() throws Exception {
    try (ProgramRunner real = new SystemProgramRunner()) {
      EngineChoice choice = EngineChoice.make(real, options(), System.getenv());

      assertThat(choice.programs()).as(choice.reason()).isNotNull();
      assertThat(choice.reason())
          .matches(
              "The skopeo engine copies: skopeo [0-9.]+ \\(/.*\\) and docker buildx [0-9.]+ \\(/.*\\)"
                  + " are here\\.");
    }
  }

  @Test
  void below_the_floor_the_registry_engine_copies_and_says_why() throws Exception {
    Path old = folder.resolve("skopeo");
    Files.writeString(old, "#!/bin/sh\necho skopeo version 1.8.0\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> environment = Map.of("PATH", folder.toString(), "HOME", "/nowhere");
    try (ProgramRunner real = new SystemProgramRunner()) {
      EngineChoice choice = EngineChoice.make(real, options(), environment);

      assertThat(choice.programs()).isNull();
      assertThat(choice.reason())
          .isEqualTo(
              "The registry engine copies, without any program: skopeo 1.8.0 ("
                  + old
                  + ") is too old: 1.9.0 or newer is needed.");
    }
  }

  @Test
  void who_asks_for_skopeo_is_told_that_it_is_missing() {
    assertThatThrownBy(() -> EngineChoice.make(runner, options("--engine=skopeo"), NOTHING))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("skopeo was not found");
  }
}

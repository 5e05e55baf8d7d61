package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramProbeTest {

  private final SystemProgramRunner runner = new SystemProgramRunner();

  private final Path folder;

  ProgramProbeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    runner.close();
  }

  private ProgramProbe probe() {
    Map<String, String> environment = Map.of("PATH", folder.toString());
    return new ProgramProbe(runner, environment, new InstallHint("Linux", "ID=debian\n"));
  }

  private Path script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void a_program_that_is_new_enough_is_ready() throws Exception {
    Path skopeo = script("skopeo", "test \"$*\" = --version && echo skopeo version 1.18.0");

    assertThat(probe().require(KnownProgram.SKOPEO))
        .isEqualTo(
            new InstalledProgram(
                KnownProgram.SKOPEO, skopeo.toAbsolutePath(), new Version(1, 18, 0)));
  }

  @Test
  void the_real_ones_are_ready() throws Exception {
    ProgramProbe real = new ProgramProbe(runner, System.getenv(), InstallHint.forThisSystem());

    assertThat(real.require(KnownProgram.SKOPEO).version())
        .isGreaterThanOrEqualTo(KnownProgram.SKOPEO.floor());
    assertThat(real.require(KnownProgram.BUILDX).version())
        .isGreaterThanOrEqualTo(KnownProgram.BUILDX.floor());
  }

  @Test
  void one_below_the_floor_is_refused_with_what_to_do() throws Exception {
    script("skopeo", "echo skopeo version 1.4.1");

    assertThatThrownBy(() -> probe().require(KnownProgram.SKOPEO))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "skopeo 1.4.1 (%s/skopeo) is too old: 1.9.0 or newer is needed."
                + " Install it with: apt-get install skopeo",
            folder);
  }

  @ParameterizedTest
  @EnumSource
  void an_absent_one_is_said_with_what_to_do(KnownProgram program) {
    ProgramProbe nowhere =
        new ProgramProbe(
            runner,
            Map.of("PATH", folder.toString(), "HOME", folder.toString()),
            new InstallHint("Linux", "ID=alpine\n"));

    // Docker's own folders are looked into as well, so buildx may well be there.
    if (new ProgramLocator(Map.of("PATH", folder.toString())).find(program).isEmpty()) {
      assertThatThrownBy(() -> nowhere.require(program))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining(program.displayName() + " was not found. Install it with: apk add");
    }
  }

  @Test
  void one_that_fails_or_says_nothing_is_called_broken() throws Exception {
    script("skopeo", "exit 3");
    assertThatThrownBy(() -> probe().require(KnownProgram.SKOPEO))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("does not work here: exit status 3. Install it");

    script("skopeo", "echo hello");
    assertThatThrownBy(() -> probe().require(KnownProgram.SKOPEO))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("does not say its version");
  }

  @Test
  void one_that_is_no_program_is_called_broken() throws Exception {
    Path file = Files.write(folder.resolve("skopeo"), new byte[] {127, 'E', 'L', 'F', 0, 0});
    assertThat(file.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> probe().require(KnownProgram.SKOPEO))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("does not work here");
  }

  @Test
  void it_sees_no_credentials() throws Exception {
    script("skopeo", "env | /bin/grep -q PASSWORD && exit 9; echo skopeo version 1.9.3");
    Map<String, String> environment =
        Map.of("PATH", folder.toString(), "DOCKER_PASSWORD", "x", "AWS_SECRET_ACCESS_KEY", "y");

    assertThat(
            new ProgramProbe(runner, environment, InstallHint.forThisSystem())
                .require(KnownProgram.SKOPEO)
                .version())
        .isEqualTo(new Version(1, 9, 3));
    assertThat(ChildEnvironment.of(environment)).containsOnlyKeys("PATH");
  }
}

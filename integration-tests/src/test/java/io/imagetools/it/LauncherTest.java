package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the program, as it lies in a release: beside a folder of jars. */
class LauncherTest {
  @TempDir Path folder;

  private record Ended(int status, String out) {}

  private Ended run(Map<String, String> environment, List<String> command) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(out)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out));
  }

  /** In a folder with a blank, as users have them. */
  private Path release() throws Exception {
    Path release = Files.createDirectories(folder.resolve("my tools"));
    Files.copy(Repository.root().resolve("image-tools"), release.resolve("image-tools"));
    release.resolve("image-tools").toFile().setExecutable(true);
    Files.createSymbolicLink(
        release.resolve("lib"), Repository.root().resolve("cli/target/app/lib"));
    return release;
  }

  @Test
  void it_starts_the_program_from_anywhere_and_stores_its_classes_for_the_next_time()
      throws Exception {
    Path release = release();
    Path link = Files.createSymbolicLink(folder.resolve("linked"), release.resolve("image-tools"));

    Ended version = run(Map.of(), List.of(link.toString(), "--version"));

    assertThat(version.status()).as(version.out()).isZero();
    assertThat(version.out()).contains("image-tools 0.1");
    try (var files = Files.list(release)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .anyMatch(name -> name.matches("classes-[0-9]+\\.jsa"));
    }
    Ended wrong = run(Map.of(), List.of(link.toString(), "mirror", "--no-such", "an argument"));
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.out()).contains("'an argument'").doesNotContain("Xshare", "warning");
  }

  @Test
  void a_java_that_is_too_old_is_passed_over() throws Exception {
    Path release = release();
    Path old = Files.createDirectories(folder.resolve("jdk8/bin"));
    Files.writeString(folder.resolve("jdk8/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    Files.writeString(old.resolve("java"), "#!/bin/sh\necho too old; exit 9\n");
    old.resolve("java").toFile().setExecutable(true);

    Ended version =
        run(
            Map.of("IMAGE_TOOLS_JAVA", old.resolve("java").toString(), "IMAGE_TOOLS_NO_CDS", "1"),
            List.of(release.resolve("image-tools").toString(), "--version"));

    assertThat(version.status()).as(version.out()).isZero();
    assertThat(version.out()).contains("image-tools 0.1");
  }
}

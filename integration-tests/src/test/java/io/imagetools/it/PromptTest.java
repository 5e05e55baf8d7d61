package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.ImageTools;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without -f on a terminal, lines are asked for one by one. */
class PromptTest {
  @TempDir Path folder;

  @Test
  void each_line_is_mirrored_as_it_comes_and_failures_of_all_are_gathered() throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start()) {
      new ImageCorpus(source).dockerList("app", "1");
      String missing = source.host() + "/none " + destination.host() + "/none 1";
      String typed =
          String.join(
                  "\n",
                  missing,
                  "",
                  "# a comment",
                  "this line is wrong altogether",
                  source.host() + "/app " + destination.host() + "/app 1")
              + "\n";
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Streams terminal =
          new Streams(
              new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              true,
              false,
              false);

      int status =
          new ImageTools(terminal, Map.of("PATH", System.getenv("PATH"), "HOME", "" + folder))
              .run(
                  "mirror",
                  "--attempts=1",
                  "-o",
                  folder.resolve("failed.txt").toString(),
                  "--insecure-registry=" + source.host() + "," + destination.host());

      assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(1);
      assertThat(out.toString(StandardCharsets.UTF_8).split(">>> ", -1)).hasSize(7);
      assertThat(Files.readAllLines(folder.resolve("failed.txt")))
          .containsExactly(missing, "this line is wrong altogether");
      assertThat(new RegistryReader(destination).digest("app", "1")).isPresent();
    }
  }
}

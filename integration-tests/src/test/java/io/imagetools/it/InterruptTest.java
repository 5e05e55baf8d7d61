package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.Programs;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, and worse, in the middle of a run. */
class InterruptTest {
  private static final int IMAGES = 40;

  @TempDir Path folder;

  private List<String> lines(RegistryServer source, RegistryServer destination) {
    new ImageCorpus(source).dockerList("many/app", "1");
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= IMAGES; i++) {
      lines.add(source.host() + "/many/app " + destination.host() + "/many/app" + i + " 1");
    }
    return lines;
  }

  private ProgramProcess mirror(RegistryServer source, RegistryServer destination)
      throws Exception {
    return ProgramProcess.start(
        folder,
        Map.of(),
        "mirror",
        "-f",
        "list.txt",
        "--insecure-registry",
        source.host() + "," + destination.host());
  }

  private void awaitSomeCopied(ProgramProcess program) {
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> program.err().split("Successfully copied", -1).length > 4);
  }

  private List<String> notAt(RegistryServer destination, List<String> lines) {
    RegistryReader reader = new RegistryReader(destination);
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (reader.digest("many/app" + (i + 1), "1").isEmpty()) {
        absent.add(lines.get(i));
      }
    }
    return absent;
  }

  @Test
  void after_ctrl_c_the_failed_list_holds_what_was_not_done_and_nothing_runs_on() throws Exception {
    Programs.require("skopeo");
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start()) {
      List<String> lines = lines(source, destination);
      Files.write(folder.resolve("list.txt"), lines);

      try (ProgramProcess program = mirror(source, destination)) {
        awaitSomeCopied(program);
        program.signal("INT");

        assertThat(program.exit(90)).as(program.err()).isEqualTo(130);
        assertThat(program.descendants()).isEmpty();
        assertThat(program.err()).contains("not begun");
      }
      List<String> failed = Files.readAllLines(folder.resolve("mirror-failed.txt"));
      List<String> absent = notAt(destination, lines);
      assertThat(absent).isNotEmpty().hasSizeLessThan(IMAGES);
      assertThat(failed).containsAll(absent).hasSizeLessThanOrEqualTo(absent.size() + 1);

      CommandRun rest =
          CommandRun.of(
              "mirror",
              "-f",
              folder.resolve("mirror-failed.txt").toString(),
              "-o",
              folder.resolve("mirror-failed.txt").toString(),
              "-j",
              "8",
              "--insecure-registry",
              source.host() + "," + destination.host());

      assertThat(rest.status()).as(rest.err()).isZero();
      assertThat(notAt(destination, lines)).isEmpty();
    }
  }

  @Test
  void after_kill_9_the_failed_list_holds_at_least_what_was_not_done() throws Exception {
    Programs.require("skopeo");
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start()) {
      List<String> lines = lines(source, destination);
      Files.write(folder.resolve("list.txt"), lines);

      try (ProgramProcess program = mirror(source, destination)) {
        awaitSomeCopied(program);
        program.signal("KILL");
        program.exit(90);
      }

      assertThat(Files.readAllLines(folder.resolve("mirror-failed.txt")))
          .containsAll(notAt(destination, lines));
    }
  }
}

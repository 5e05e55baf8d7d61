package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the temporary files is full, from the start or all of a sudden; or the folder of an
 * output is gone.
 */
class FullDiskTest {
  private static final int IMAGES = 60;

  @TempDir Path folder;

  @Test
  void a_disk_without_room_is_said_before_anything_starts() throws Exception {
    Files.writeString(folder.resolve("list.txt"), "a/b c/d 1\n");
    try (ProgramProcess mirror =
        ProgramProcess.onDisk(folder, "1m", "mirror", "-f", "list.txt", "-d", "127.0.0.1:1")) {

      assertThat(mirror.exit(120)).as(mirror.err()).isEqualTo(3);
      assertThat(mirror.err())
          .contains("are free in " + folder.resolve("disk"), "set TMPDIR", "Nothing was mirrored");
      assertThat(folder.resolve("mirror-failed.txt")).doesNotExist();
    }
  }

  @Test
  void a_disk_that_fills_up_ends_the_run_with_a_sentence_and_a_failed_list_to_go_on_with()
      throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start()) {
      new ImageCorpus(source).dockerList("app", "1");
      List<String> lines = lines(source, destination);
      Files.write(folder.resolve("list.txt"), lines);
      String insecure = "--insecure-registry=" + source.host() + "," + destination.host();
      try (ProgramProcess mirror =
          ProgramProcess.onDisk(folder, "40m", "mirror", "-f", "list.txt", insecure)) {
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> mirror.err().contains("Successfully copied") || !mirror.isAlive());
        fill(mirror.disk(folder).resolve("rubbish"));

        assertThat(mirror.exit(180)).as(mirror.err()).isEqualTo(3);
        assertThat(mirror.err())
            .contains("there is no room left in " + folder.resolve("disk"), "feed it back");
      }
      Path failed = folder.resolve("mirror-failed.txt");
      List<String> left = Files.readAllLines(failed);
      assertThat(lines).containsAll(left);
      RegistryReader reader = new RegistryReader(destination);
      assertThat(left).isNotEmpty();
      for (int i = 1; i <= IMAGES; i++) {
        if (reader.digest("app" + i, "1").isEmpty()) {
          assertThat(left).contains(lines.get(i - 1));
        }
      }

      CommandRun again = CommandRun.of("mirror", "-f", "" + failed, "-o", "" + failed, insecure);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(failed).doesNotExist();
    }
  }

  @Test
  void a_report_whose_folder_goes_away_is_said_without_a_word_of_a_cluster_that_is_not_there()
      throws Exception {
    Path reports = Files.createDirectory(folder.resolve("reports"));
    Files.writeString(folder.resolve("list.txt"), "127.0.0.1:1/a 127.0.0.1:1/b 1\n");
    try (ProgramProcess mirror =
        ProgramProcess.start(
            folder,
            Map.of(),
            "mirror",
            "-f",
            "list.txt",
            "--attempts=3",
            "--report=" + reports.resolve("report.json"))) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> mirror.err().contains("1 images, 1 at once") || !mirror.isAlive());
      Files.delete(reports);

      assertThat(mirror.exit(120)).as(mirror.err()).isEqualTo(3);
      assertThat(mirror.err()).contains("report.json").doesNotContain("cluster");
    }
    assertThat(folder.resolve("mirror-failed.txt")).content().contains("127.0.0.1:1/a");
  }

  private static List<String> lines(RegistryServer source, RegistryServer destination) {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= IMAGES; i++) {
      lines.add(source.host() + "/app " + destination.host() + "/app" + i + " 1");
    }
    return lines;
  }

  private static void fill(Path file) throws IOException {
    byte[] rubbish = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(rubbish);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}

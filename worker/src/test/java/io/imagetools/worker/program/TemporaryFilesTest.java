package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {

  private final Path parent;

  TemporaryFilesTest(@TempDir Path parent) {
    this.parent = parent;
  }

  /** What the test kills: a process that has made a folder and a file. */
  static final class Victim {
    private Victim() {}

    /** Makes them in that folder, and then does nothing. */
    public static void main(String[] arguments) throws Exception {
      Path parent = Path.of(arguments[0]);
      Path folder = Files.createTempDirectory(parent, TemporaryFiles.prefix());
      Files.writeString(folder.resolve("auth.json"), "secret");
      Files.createTempFile(parent, TemporaryFiles.prefix(), ".registry");
      Thread.currentThread().join();
    }
  }

  private List<Path> made() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.toList();
    }
  }

  @Test
  @Timeout(300)
  void what_a_killed_process_leaves_is_deleted_and_what_a_living_one_has_is_not() throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                parent.toString())
            .start();
    await().atMost(Duration.ofMinutes(2)).until(() -> made().size() == 2);

    TemporaryFiles.deleteAbandoned(parent);
    assertThat(made()).hasSize(2);

    victim.destroyForcibly().waitFor();
    TemporaryFiles.deleteAbandoned(parent);
    assertThat(made()).isEmpty();
  }

  @Test
  void a_process_id_that_is_used_again_does_not_keep_what_another_left() throws Exception {
    Path mine = Files.createTempDirectory(parent, TemporaryFiles.prefix());
    String[] name = TemporaryFiles.prefix().split("-", -1);
    name[5] = Long.toString(Long.parseLong(name[5]) - 1);
    Files.createTempDirectory(parent, String.join("-", name));

    TemporaryFiles.deleteAbandoned(parent);

    assertThat(made()).containsExactly(mine);
  }

  /** There is no telling whether its process lives. */
  @Test
  void what_another_container_left_is_kept_for_a_day() throws Exception {
    String other = TemporaryFiles.prefix().replaceAll("-[0-9a-f]{8}-[0-9]+-", "-0123abcd-1-");
    Path fresh = Files.createTempDirectory(parent, other);
    Path old = Files.createTempDirectory(parent, other);
    Files.setLastModifiedTime(
        old, FileTime.from(Instant.now().minus(TemporaryFiles.ABANDONED.plusMinutes(1))));

    TemporaryFiles.deleteAbandoned(parent);

    assertThat(made()).containsExactly(fresh);
  }

  /** Whoever is root would delete by a name what another user may exchange meanwhile. */
  @Test
  void what_belongs_to_another_user_is_left_alone() throws Exception {
    Path foreign =
        Files.createTempDirectory(
            parent, TemporaryFiles.prefix().replaceAll("-[0-9]+-[0-9]+-$", "-999999999-1-"));
    Path link = Files.createSymbolicLink(parent.resolve(foreign.getFileName() + "-link"), foreign);
    assumeThat(System.getProperty("user.name")).as("who can give files away").isEqualTo("root");
    Files.setOwner(
        foreign,
        foreign.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

    TemporaryFiles.deleteAbandoned(parent);

    assertThat(made()).containsExactly(foreign);
    assertThat(link).doesNotExist();
  }

  @Test
  void what_has_other_names_is_nobodys_business_here() throws Exception {
    Path data = Files.createDirectory(parent.resolve("image-tools-broker-1-x"));
    Path strange = Files.createFile(parent.resolve("image-tools-worker-x"));

    TemporaryFiles.deleteAbandoned(parent);
    TemporaryFiles.deleteAbandoned(parent.resolve("gone"));

    assertThat(made()).containsExactlyInAnyOrder(data, strange);
  }
}

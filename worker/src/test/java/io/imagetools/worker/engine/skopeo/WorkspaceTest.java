package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {

  private final Path parent;

  WorkspaceTest(@TempDir Path parent) {
    this.parent = parent;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void nobody_else_may_look_inside_and_nothing_stays() throws Exception {
    try (Workspace workspace = new Workspace(parent)) {
      Path file = workspace.write("auth.json", "secret");
      Path below = workspace.makeFolder("index");
      workspace.write("index/manifest.json", new byte[] {1, 2});
      workspace.link(below.resolve("link"), file);

      assertThat(mode(workspace.folder())).isEqualTo("rwx------");
      assertThat(mode(below)).isEqualTo("rwx------");
      assertThat(mode(file)).isEqualTo("rw-------");
      assertThat(file).hasContent("secret");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void a_link_is_deleted_and_not_what_it_leads_to() throws Exception {
    Path other = Files.createDirectory(parent.resolve("other"));
    Path kept = Files.writeString(other.resolve("kept"), "x");
    Path mine = Files.createDirectory(parent.resolve("mine"));
    try (Workspace workspace = new Workspace(mine)) {
      workspace.link(workspace.folder().resolve("away"), other);
    }

    assertThat(mine).isEmptyDirectory();
    assertThat(kept).exists();
  }

  @Test
  void one_that_is_not_needed_is_not_made() {
    new Workspace(parent).close();

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void what_is_gone_already_is_no_trouble() throws Exception {
    try (Workspace workspace = new Workspace(parent)) {
      Files.delete(workspace.write("auth.json", "secret"));
    }

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void a_folder_that_is_not_there_is_said() {
    Path gone = parent.resolve("gone");

    try (Workspace workspace = new Workspace(gone)) {
      assertThat(catchThrowableOfType(MirrorFailure.class, workspace::folder))
          .hasMessageContaining(gone + ": there is no such folder. Free some space")
          .extracting(MirrorFailure::kind)
          .isEqualTo(FailureKind.WORKER_RESOURCES);
    }
  }

  /** Root may mount a tiny disk and is stopped by no permission; for all others it is reversed. */
  @Test
  void a_full_or_forbidden_folder_is_said_and_left_empty() throws Exception {
    if (isRoot()) {
      sh("mount -t tmpfs -o size=16k,nr_inodes=10 tmpfs " + parent);
    } else {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-x------"));
    }
    try {
      try (Workspace workspace = new Workspace(parent)) {
        assertThat(
                catchThrowableOfType(
                    MirrorFailure.class, () -> workspace.write("auth.json", new byte[100_000])))
            .hasMessageContaining(
                isRoot()
                    ? ": No space left on device. Free some space there, or set TMPDIR."
                    : ": this user may not. Free some space there, or set TMPDIR.")
            .extracting(MirrorFailure::kind)
            .isEqualTo(FailureKind.WORKER_RESOURCES);
      }
      assertThat(parent).isEmptyDirectory();
    } finally {
      if (isRoot()) {
        sh("umount " + parent);
      }
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void sh(String command) throws IOException, InterruptedException {
    try (SystemProgramRunner runner = new SystemProgramRunner()) {
      List<String> argv = List.of("/bin/sh", "-c", command);
      ProgramCall call = ProgramCall.of(argv, System.getenv(), Duration.ofMinutes(2));
      assertThat(runner.run(call).succeeded()).as(command).isTrue();
    }
  }

  @Test
  void an_interrupt_that_is_due_is_left_to_who_waits() throws Exception {
    try (Workspace workspace = new Workspace(parent)) {
      Thread.currentThread().interrupt();

      assertThat(workspace.write("auth.json", "secret")).hasContent("secret");
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

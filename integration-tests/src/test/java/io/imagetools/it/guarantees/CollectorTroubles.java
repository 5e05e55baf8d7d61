package io.imagetools.it.guarantees;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.it.ProgramProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happens to a collector; the program itself, as a process. */
final class CollectorTroubles {
  private static final Duration SOON = Duration.ofMinutes(5);
  private static final int END_SECONDS = 600;

  private CollectorTroubles() {}

  /** Its list names all that is not done even then; another one goes on where it was. */
  static void killed(Stage stage) throws Exception {
    Path list = stage.folder().resolve("failed.txt");
    try (ProgramProcess first = collect(stage, list)) {
      awaitList(list, first);
      stage.start(stage.scale().workers());
      stage.untilFinished(1 / 3.0);
      first.kill();
      first.exit(END_SECONDS);
    }
    Set<String> named = new HashSet<>(Files.readAllLines(list));
    // What ends from here on was not done when it was killed, or a second earlier.
    assertThat(named).containsAll(unfinished(stage));
    try (ProgramProcess second = collect(stage, list)) {
      assertThat(second.exit(END_SECONDS)).as(second.err()).isZero();
    }
    assertThat(list).doesNotExist();
    stage.remark("the list named " + named.size() + " jobs when it was killed");
  }

  private static List<String> unfinished(Stage stage) throws Exception {
    Set<Integer> finished = stage.history().finished();
    List<String> lines = stage.workload().list();
    return java.util.stream.IntStream.rangeClosed(1, lines.size())
        .filter(number -> !finished.contains(number))
        .mapToObj(number -> lines.get(number - 1))
        .toList();
  }

  /** It says so, keeps the list that is there whole, and writes it when there is room again. */
  static void onFullDisk(Stage stage) throws Exception {
    Path disk = Files.createDirectory(stage.folder().resolve("disk"));
    SmallDisk.mount(disk);
    try (ProgramProcess collector = collect(stage, disk.resolve("failed.txt"))) {
      Path list = disk.resolve("failed.txt");
      awaitList(list, collector);
      List<String> before = Files.readAllLines(list);
      stage.start(stage.scale().workers());
      await().atMost(SOON).until(() -> saysSoOnFull(disk, collector));
      stage.untilFinished(1 / 2.0);
      assertThat(Files.readAllLines(list)).containsAll(unfinished(stage)).isSubsetOf(before);
      SmallDisk.makeRoom(disk);
      assertThat(collector.exit(END_SECONDS)).as(collector.err()).isZero();
      assertThat(list).doesNotExist();
    } finally {
      SmallDisk.unmount(disk);
    }
  }

  /** Filled again each time: a list that was being replaced has left the room of the old one. */
  private static boolean saysSoOnFull(Path disk, ProgramProcess collector) throws Exception {
    SmallDisk.fill(disk);
    return collector.err().contains("It is tried again in");
  }

  private static ProgramProcess collect(Stage stage, Path list) throws Exception {
    return stage.program("collect", stage.run().toString(), "-o", list.toString());
  }

  private static void awaitList(Path list, ProgramProcess collector) {
    await().atMost(SOON).failFast(() -> !collector.isAlive()).until(() -> Files.exists(list));
  }

  /** Root may mount a tiny disk and is stopped by no permission; for all others it is reversed. */
  private static final class SmallDisk {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final String FILLER = "filler";

    static void mount(Path disk) throws Exception {
      if (ROOT) {
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString());
      }
    }

    static void fill(Path disk) throws Exception {
      if (!ROOT) {
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("r-x------"));
        return;
      }
      byte[] page = new byte[4096];
      try (OutputStream out = Files.newOutputStream(disk.resolve(FILLER), CREATE, APPEND)) {
        while (true) {
          out.write(page);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }

    static void makeRoom(Path disk) throws Exception {
      if (ROOT) {
        Files.delete(disk.resolve(FILLER));
      } else {
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rwx------"));
      }
    }

    static void unmount(Path disk) throws Exception {
      if (ROOT) {
        run("umount", "-l", disk.toString());
      } else {
        makeRoom(disk);
      }
    }

    private static void run(String... command) throws Exception {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }
}

package io.imagetools.collector.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.imagelist.ImageListParser;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.process.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedListFileTest {
  private final Path directory;

  FailedListFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void writes_one_line_each_in_utf_8() throws Exception {
    Path path = directory.resolve("failed.txt");

    new FailedListFile(path).write(List.of("a h.io/a 1", "kaputt ü"));

    assertThat(Files.readString(path)).isEqualTo("a h.io/a 1\nkaputt ü\n");
    assertThat(names()).containsExactly("failed.txt");
  }

  @Test
  void a_line_break_inside_a_line_makes_no_second_line() throws Exception {
    Path path = directory.resolve("failed.txt");

    new FailedListFile(path).write(List.of("a\nb", "c\r\nd"));

    assertThat(Files.readAllLines(path)).containsExactly("a\uFFFDb", "c\uFFFD\uFFFDd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx:1\rredis:2", "a\rb\rc", "\rnginx:1", "a\r\nb"})
  void a_line_with_a_line_break_inside_can_be_used_no_more_than_before(String line)
      throws Exception {
    Path path = directory.resolve("failed.txt");

    new FailedListFile(path).write(List.of(line));
    FailedListFile another = new FailedListFile(path);
    another.add(List.of("more h.io/more 1"));

    try (InputStream in = Files.newInputStream(path)) {
      assertThat(ImageListParser.read(in))
          .hasExactlyElementsOfTypes(ListLine.Malformed.class, ListLine.Entry.class);
    }
  }

  @Test
  void a_list_that_somebody_wrote_keeps_its_lines_as_they_are() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "nginx:1\rredis:2\r\n\nb\r\n");

    new FailedListFile(path).add(List.of("c"));

    assertThat(path).hasContent("nginx:1\uFFFDredis:2\nb\nc\n");
  }

  @Test
  void replaces_the_old_list_and_keeps_its_permissions() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));

    new FailedListFile(path).write(List.of("new"));

    assertThat(path).hasContent("new\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void a_reader_that_has_the_old_list_open_keeps_reading_it() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\n");
    try (var reader = Files.newBufferedReader(path)) {
      new FailedListFile(path).write(List.of("new"));

      assertThat(reader.readLine()).isEqualTo("old");
    }
  }

  @Test
  void is_absent_when_nothing_failed() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\n");

    new FailedListFile(path).write(List.of());
    new FailedListFile(path).write(List.of());

    assertThat(path).doesNotExist();
  }

  @Test
  void keeps_what_was_there_while_not_all_is_known() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\nboth\n");
    FailedListFile list = new FailedListFile(path);

    list.add(List.of());
    assertThat(path).hasContent("old\nboth");
    list.add(List.of("both", "first"));
    list.add(List.of("second"));

    assertThat(path).hasContent("old\nboth\nsecond"); // what was first was mirrored since
    list.write(List.of("second"));
    list.add(List.of("third"));
    assertThat(path).hasContent("second\nthird");
  }

  @Test
  void is_not_made_of_nothing() throws Exception {
    Path path = directory.resolve("failed.txt");

    new FailedListFile(path).add(List.of());

    assertThat(path).doesNotExist();
  }

  @Test
  void a_check_leaves_everything_as_it_is() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\n");

    new FailedListFile(path).check();
    new FailedListFile(directory.resolve("none.txt")).check();

    assertThat(path).hasContent("old\n");
    assertThat(names()).containsExactly("failed.txt");
  }

  @Test
  void a_directory_is_wrong_usage_and_stays() throws Exception {
    Path inside = Files.writeString(directory.resolve("precious.txt"), "x");
    FailedListFile list = new FailedListFile(directory);

    assertThat(failureOf(list::check).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failureOf(list::check))
        .hasMessageContaining("is a directory: name a file in it, for example ")
        .hasMessageEndingWith(".");
    assertThat(failureOf(() -> list.write(List.of())).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failureOf(() -> list.write(List.of("x"))).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(inside).exists();
  }

  @Test
  void a_place_that_is_not_there_or_no_directory_is_the_environments() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");

    OutputException missing =
        failureOf(new FailedListFile(directory.resolve("no/such/list.txt"))::check);
    OutputException notADirectory = failureOf(new FailedListFile(file.resolve("list.txt"))::check);

    assertThat(missing.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(missing).hasMessageContaining("its directory does not exist");
    assertThat(notADirectory.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(notADirectory).hasMessageContaining("not a directory");
  }

  /** Root may write anywhere but where the kernel itself says no. */
  private Path closedDirectory() throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    return Files.isWritable(closed) ? Path.of("/proc/sys") : closed;
  }

  @Test
  void a_directory_that_may_not_be_written_is_the_environments() throws Exception {
    Path closed = closedDirectory();

    OutputException failure = failureOf(new FailedListFile(closed.resolve("list.txt"))::check);

    assertThat(failure.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failure).hasMessageContaining("can't be written");
  }

  @Test
  void writes_and_removes_what_a_symbolic_link_names() throws Exception {
    Path target = directory.resolve("target.txt");
    Path link = Files.createSymbolicLink(directory.resolve("link.txt"), Path.of("target.txt"));
    FailedListFile list = new FailedListFile(link);

    list.check();
    list.write(List.of("x"));

    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(target).hasContent("x\n");

    list.write(List.of());

    assertThat(target).doesNotExist();
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Test
  void links_in_a_circle_are_wrong_usage() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));

    assertThat(failureOf(new FailedListFile(link)::check).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_full_disk_leaves_the_old_list_and_no_rest() throws Exception {
    Path path = Files.writeString(directory.resolve("failed.txt"), "old\n");
    FailedListFile list = new FailedListFile(onFullDisk(path));

    OutputException failure = failureOf(() -> list.write(List.of("new")));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failure)
        .hasMessageContaining("the disk is full")
        .hasMessageContaining("what was there before is still there");
    assertThat(path).hasContent("old\n");
    assertThat(names()).containsExactly("failed.txt");
  }

  @Test
  void the_null_device_takes_any_list_and_stays() {
    FailedListFile list = new FailedListFile(Path.of("/dev/null"));

    assertThatCode(
            () -> {
              list.check();
              list.write(List.of("x"));
              list.write(List.of());
            })
        .doesNotThrowAnyException();
    assertThat(Path.of("/dev/null")).exists();
  }

  @Test
  void another_device_is_wrong_usage() {
    assertThat(failureOf(new FailedListFile(Path.of("/dev/zero"))::check).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  /** A file that is made, and then there is no room for what goes into it. */
  private static ReplacedFile onFullDisk(Path path) {
    return new ReplacedFile(
        path,
        "The failed list",
        fresh -> {
          Files.createFile(fresh);
          return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        });
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private interface Action {
    void run() throws OutputException;
  }

  private static OutputException failureOf(Action action) {
    return catchThrowableOfType(OutputException.class, action::run);
  }
}

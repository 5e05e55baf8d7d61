package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.kafka.KafkaSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Results that nobody gets. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class LostOutputTest {
  @TempDir private Path folder;

  private Process start(ProcessBuilder.Redirect out, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.imagetools.cli.Main");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(out)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private String err() throws Exception {
    return Files.readString(folder.resolve("err"));
  }

  private static int exit(Process process) throws Exception {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String list(int images) throws Exception {
    List<String> lines =
        IntStream.range(0, images).mapToObj(i -> "app" + i + " h.io/app" + i).toList();
    return Files.write(folder.resolve("list.txt"), lines).toString();
  }

  private static ProcessBuilder.Redirect fullDisk() {
    return ProcessBuilder.Redirect.to(new File("/dev/full"));
  }

  @Test
  void an_id_that_can_not_be_written_is_in_the_log_and_the_status_says_so() throws Exception {
    KafkaSettings settings = SharedBroker.settings("lost-output");
    Process enqueue =
        start(
            fullDisk(),
            "enqueue",
            "-f",
            list(2),
            "-d",
            "127.0.0.1:1",
            "--queue",
            "classic",
            "--bootstrap-server",
            settings.bootstrapServers(),
            "--topic-prefix",
            settings.topics().prefix());

    assertThat(exit(enqueue)).as(err()).isEqualTo(3);
    assertThat(err())
        .contains("standard output can't be written, its text is lost: No space left on device")
        .containsPattern("collect [0-9]{8}-[0-9]{6}-[0-9a-z]+ --bootstrap-server");
  }

  @Test
  void a_plan_that_can_not_be_written_is_no_success() throws Exception {
    assertThat(exit(start(fullDisk(), "plan", "-f", list(2)))).as(err()).isEqualTo(3);
  }

  @Test
  void help_that_can_not_be_written_is_an_error_that_is_said() throws Exception {
    Process help = start(fullDisk(), "mirror", "--help");

    assertThat(exit(help)).as(err()).isEqualTo(3);
    assertThat(err()).contains("standard output can't be written");
  }

  /** As by {@code plan | head}: more than a pipe takes without being read. */
  @Test
  void a_reader_that_has_enough_is_no_failure() throws Exception {
    Process plan = start(ProcessBuilder.Redirect.PIPE, "plan", "-f", list(5000));
    plan.getInputStream().close();

    assertThat(exit(plan)).as(err()).isZero();
    assertThat(err()).doesNotContain("standard output");
  }
}

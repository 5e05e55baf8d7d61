package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two commands and one failed list: the later one would take away what the earlier one wrote. */
class ClaimedListTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir Path folder;

  private Path failed() {
    return folder.resolve("mirror-failed.txt");
  }

  private Path lock() {
    return folder.resolve(".mirror-failed.txt.lock");
  }

  private CommandRun second(RegistryServer source, RegistryServer destination) throws Exception {
    Path list = folder.resolve("second.txt");
    Files.writeString(list, source.host() + "/some/app " + destination.host() + "/second 1\n");
    return CommandRun.of(
        "mirror",
        "-f",
        list.toString(),
        "-o",
        failed().toString(),
        "--insecure-registry",
        source.host() + "," + destination.host());
  }

  @Test
  void the_list_of_a_command_that_runs_is_nobody_elses_until_that_ends() throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start();
        FaultyProxy stalled = new FaultyProxy(source)) {
      new ImageCorpus(source).dockerList("some/app", "1");
      stalled.always("HEAD", "/manifests/", new Fault.Delay(LONG));
      stalled.always("GET", "/manifests/", new Fault.Delay(LONG));
      String line = stalled.host() + "/some/app " + destination.host() + "/first 1\n";
      Files.writeString(folder.resolve("list.txt"), line);
      try (ProgramProcess first =
          ProgramProcess.start(
              folder,
              Map.of(),
              "mirror",
              "-f",
              "list.txt",
              "--insecure-registry",
              stalled.host() + "," + destination.host())) {
        await()
            .atMost(Duration.ofSeconds(90))
            .untilAsserted(() -> assertThat(failed()).as(first.err()).exists());

        CommandRun beside = second(source, destination);

        assertThat(beside.status()).as(beside.err()).isEqualTo(3);
        assertThat(beside.err())
            .contains(
                "mirror-failed.txt is being written by another image-tools",
                "give another name to -o",
                "Nothing was started");
        assertThat(failed()).hasContent(line);
        first.signal("KILL");
        first.exit(90);
      }
      assertThat(lock()).exists(); // and nobody holds it

      CommandRun after = second(source, destination);

      assertThat(after.status()).as(after.err()).isZero();
      assertThat(failed()).doesNotExist();
      assertThat(lock()).doesNotExist();
    }
  }
}

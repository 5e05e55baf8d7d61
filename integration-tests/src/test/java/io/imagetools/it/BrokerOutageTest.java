package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.RestartableBroker;
import io.imagetools.testing.ImageCorpus;
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

/** The broker goes away in the middle of a run and comes back; the run ends as if it had not. */
class BrokerOutageTest {
  private static final int IMAGES = 30;

  @TempDir Path folder;

  @Test
  void a_run_survives_the_broker_being_away() throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start();
        RestartableBroker broker = RestartableBroker.start(folder.resolve("broker"))) {
      new ImageCorpus(source).dockerList("app", "1");
      List<String> lines = new ArrayList<>();
      for (int i = 1; i <= IMAGES; i++) {
        lines.add(source.host() + "/app " + destination.host() + "/app" + i + " 1");
      }
      Files.write(folder.resolve("list.txt"), lines);
      String[] cluster = {"--bootstrap-server", broker.bootstrapServers()};
      try (ProgramProcess worker =
              ProgramProcess.start(
                  folder,
                  Map.of(),
                  "worker",
                  "-j",
                  "2",
                  cluster[0],
                  cluster[1],
                  "--insecure-registry",
                  source.host() + "," + destination.host());
          ProgramProcess mirror =
              ProgramProcess.start(
                  folder, Map.of(), "mirror", "-f", "list.txt", cluster[0], cluster[1])) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> worker.err().split("Successfully copied", -1).length > 5);
        broker.stop();
        await().atMost(Duration.ofSeconds(90)).until(() -> hasNoticed(worker));
        broker.startAgain();

        assertThat(mirror.exit(180)).as(mirror.err() + worker.err()).isZero();
        assertThat(folder.resolve("mirror-failed.txt")).doesNotExist();
        RegistryReader reader = new RegistryReader(destination);
        for (int i = 1; i <= IMAGES; i++) {
          assertThat(reader.digest("app" + i, "1")).isPresent();
        }
      }
    }
  }

  private static boolean hasNoticed(ProgramProcess worker) throws Exception {
    String said = worker.err();
    return said.contains("The queue does not answer") || said.contains("waits");
  }
}

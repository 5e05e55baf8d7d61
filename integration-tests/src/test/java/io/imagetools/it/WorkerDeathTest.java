package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed in the middle of a real copy. */
class WorkerDeathTest {
  private static final int LAYER_BYTES = 10 << 20;
  private static final String PASSWORD = "not-to-be-found";

  @TempDir Path folder;

  @Test
  void leaves_no_program_no_secret_and_no_tag_and_another_worker_brings_the_image()
      throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    try (RegistryServer source = new RegistryServer().withBasicAuth("reader", PASSWORD).start();
        RegistryServer destination = new RegistryServer().start();
        SlowDoor slow = new SlowDoor(source.host(), 1 << 20);
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
      PushedImage image =
          new ImageCorpus(source).withLayerBytes(LAYER_BYTES).dockerImage("big/app", "1");
      Files.writeString(
          folder.resolve("list.txt"),
          slow.host() + "/big/app " + destination.host() + "/big/app 1\n");
      Files.writeString(folder.resolve("auth.json"), authFile(slow.host()));
      CommandRun enqueued =
          CommandRun.of(
              "enqueue",
              "-f",
              folder.resolve("list.txt").toString(),
              "--bootstrap-server",
              broker.bootstrapServers());
      assertThat(enqueued.status()).as(enqueued.err()).isZero();

      try (ProgramProcess first = worker("first", broker, slow, destination, temporary)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> first.descendants().stream().anyMatch(name -> name.contains("skopeo")));
        // It is there a moment before the file of its login is gone.
        await()
            .atMost(Duration.ofSeconds(90))
            .ignoreExceptions() // of a folder that goes while it is walked
            .until(() -> secrets(temporary).isEmpty());
        List<ProcessHandle> programs = first.programs();
        first.signal("KILL");
        first.exit(90);

        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> programs.stream().noneMatch(ProcessHandle::isAlive));
      }
      assertThat(secrets(temporary)).isEmpty();
      assertThat(new RegistryReader(destination).digest("big/app", "1")).isEmpty();

      try (ProgramProcess second = worker("second", broker, slow, destination, temporary)) {
        CommandRun collected =
            CommandRun.of(
                "collect",
                enqueued.out().strip(),
                "-o",
                folder.resolve("failed.txt").toString(),
                "--bootstrap-server",
                broker.bootstrapServers());

        assertThat(collected.status()).as(collected.err() + second.err()).isZero();
        assertThat(second.err()).contains("Successfully copied");
      }
      assertThat(new RegistryReader(destination).digest("big/app", "1")).contains(image.digest());
    }
  }

  private ProgramProcess worker(
      String name,
      EmbeddedBroker broker,
      SlowDoor source,
      RegistryServer destination,
      Path temporary)
      throws Exception {
    return ProgramProcess.start(
        folder,
        Map.of(
            "REGISTRY_AUTH_FILE",
            folder.resolve("auth.json").toString(),
            "JAVA_TOOL_OPTIONS",
            "-Djava.io.tmpdir=" + temporary),
        "worker",
        "--name",
        name,
        "--bootstrap-server",
        broker.bootstrapServers(),
        "--insecure-registry",
        source.host() + "," + destination.host());
  }

  private static String authFile(String host) {
    String login =
        Base64.getEncoder()
            .encodeToString(
                ("reader:" + PASSWORD).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return "{\"auths\":{\"" + host + "\":{\"auth\":\"" + login + "\"}}}";
  }

  /** Files that hold a login. */
  private static List<Path> secrets(Path temporary) throws Exception {
    try (Stream<Path> files = Files.walk(temporary)) {
      return files.filter(file -> file.getFileName().toString().contains("auth")).toList();
    }
  }
}

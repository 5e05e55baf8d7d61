package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.local.LocalData;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A layer that several workers need at the same moment is sent by one of them. */
@Timeout(300)
class SharedBlobsTest {
  private static final int BASE_BYTES = 8 << 20;
  private static final Duration SOON = Duration.ofMinutes(2);

  private final LocalData data = LocalData.in(Path.of(System.getProperty("java.io.tmpdir")));
  private final EmbeddedBroker broker = EmbeddedBroker.start(data.folder());
  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private final List<PushedImage> images = new ArrayList<>();
  private FaultyProxy door;

  @TempDir Path folder;

  @BeforeEach
  void start() {
    source.start();
    destination.start();
    door = new FaultyProxy(destination);
  }

  @AfterEach
  void stop() {
    door.close();
    source.close();
    destination.close();
    broker.close();
    data.close();
  }

  private void push(int count) {
    ImageCorpus corpus = new ImageCorpus(source).withBaseBytes(BASE_BYTES);
    for (int number = 1; number <= count; number++) {
      images.add(corpus.ociImage("app" + number, "1"));
    }
  }

  private String base() {
    return images.get(0).manifest().blobs().get(1);
  }

  /** How the request ends that brings the base layer; it is small enough to be the only one. */
  private String sendingOfBase() {
    return "/blobs/uploads/.*digest=" + base().replace(":", "%3A");
  }

  private int sentCompletely() {
    return (int)
        door.requests("PUT", "/blobs/uploads/").stream()
            .filter(request -> request.sent() >= BASE_BYTES)
            .count();
  }

  private ProgramProcess worker(String name, int slots) throws Exception {
    ProgramProcess worker =
        ProgramProcess.start(
            folder,
            Map.of(),
            "worker",
            "--name",
            name,
            "-j",
            Integer.toString(slots),
            "--engine",
            "registry",
            "--lock",
            "20s",
            "--bootstrap-server",
            broker.bootstrapServers(),
            "--insecure-registry=" + source.host() + "," + door.host());
    await().atMost(SOON).until(() -> worker.err().contains("takes jobs from"));
    return worker;
  }

  private Path list(int from, int to) throws Exception {
    List<String> lines = new ArrayList<>();
    for (PushedImage image : images.subList(from - 1, to)) {
      String repository = image.repository();
      lines.add(
          source.host() + "/" + repository + " " + door.host() + "/copies/" + repository + " 1");
    }
    return Files.write(folder.resolve("list-" + from + ".txt"), lines);
  }

  private CommandRun command(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", broker.bootstrapServers()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String enqueue(int from, int to) throws Exception {
    CommandRun enqueued = command("enqueue", "-f", list(from, to).toString());
    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    return enqueued.out().strip();
  }

  private CommandRun collect(String run) {
    return command("collect", run, "-o", folder.resolve("failed.txt").toString());
  }

  private void assertAllThere() {
    RegistryReader reader = new RegistryReader(destination);
    for (PushedImage image : images) {
      assertThat(reader.digest("copies/" + image.repository(), "1")).contains(image.digest());
    }
  }

  @Test
  void two_workers_that_need_the_same_layer_send_it_once() throws Exception {
    push(6);
    // Long enough for the slots of both workers to come to it.
    door.nth(1, "PUT", sendingOfBase(), new Fault.Delay(Duration.ofSeconds(5)));
    try (ProgramProcess one = worker("one", 2);
        ProgramProcess other = worker("other", 2)) {
      CommandRun run = collect(enqueue(1, 6));

      assertThat(run.status()).as(run.err() + one.err() + other.err()).isZero();
    }
    assertAllThere();
    assertThat(sentCompletely()).isEqualTo(1);
  }

  @Test
  void when_the_worker_that_sends_it_is_killed_another_one_does() throws Exception {
    push(2);
    door.nth(1, "PUT", sendingOfBase(), new Fault.InRequest(1 << 20, Fault.End.STALL));
    // It has no slot for another job.
    try (ProgramProcess one = worker("one", 1)) {
      String first = enqueue(1, 1);
      await().atMost(SOON).until(() -> door.faults() == 1);
      try (ProgramProcess other = worker("other", 2)) {
        String second = enqueue(2, 2);
        await().atMost(SOON).until(() -> other.err().contains("from worker one; waiting for it"));
        assertThat(sentCompletely()).isZero();

        one.kill();

        for (String run : List.of(first, second)) {
          CommandRun collected = collect(run);
          assertThat(collected.status()).as(collected.err() + other.err()).isZero();
        }
        assertThat(other.err()).contains("Worker one is not waited for any longer");
      }
    }
    assertAllThere();
    assertThat(sentCompletely()).isEqualTo(1);
  }
}

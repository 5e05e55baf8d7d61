package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The same program as separate processes against a broker elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
  private final TestBroker broker = TestBroker.start();
  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();

  @TempDir Path folder;

  @BeforeAll
  void start() {
    source.start();
    destination.start();
    new ImageCorpus(source).dockerList("app", "1");
  }

  @AfterAll
  void stop() {
    source.close();
    destination.close();
    broker.close();
  }

  private Path list(String below, int images) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= images; i++) {
      lines.add(source.host() + "/app " + destination.host() + "/" + below + i + " 1");
    }
    lines.add(source.host() + "/none " + destination.host() + "/" + below + "none 1");
    return Files.write(folder.resolve("list.txt"), lines);
  }

  private ProgramProcess worker(String name, String prefix, String... more) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("worker", "--name", name, "-j", "4", "--topic-prefix", prefix));
    arguments.addAll(List.of("--bootstrap-server", broker.bootstrapServers(), "--attempts", "2"));
    arguments.add("--insecure-registry=" + source.host() + "," + destination.host());
    arguments.addAll(List.of(more));
    return ProgramProcess.start(folder, Map.of(), arguments.toArray(String[]::new));
  }

  /** Returns when a slot of each of these workers is in the group: who comes later gets less. */
  private void awaitJoined(String prefix, String... workers) {
    KafkaSettings settings =
        new KafkaSettings(broker.bootstrapServers(), Map.of(), new Topics(prefix));
    String group = settings.topics().shareGroup();
    try (Admin admin = Admin.create(settings.admin("test"))) {
      for (String worker : workers) {
        await()
            .atMost(Duration.ofSeconds(90))
            .ignoreException(ExecutionException.class) // there is no group before its first member
            .until(() -> hasJoined(admin, group, worker));
      }
    }
  }

  private static boolean hasJoined(Admin admin, String group, String worker) throws Exception {
    return admin.describeShareGroups(List.of(group)).all().get().values().stream()
        .flatMap(described -> described.members().stream())
        .filter(member -> member.clientId().startsWith(worker + "-"))
        .anyMatch(member -> !member.assignment().topicPartitions().isEmpty());
  }

  private CommandRun command(String prefix, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", broker.bootstrapServers(), "--topic-prefix", prefix));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String failed() {
    return folder.resolve("failed.txt").toString();
  }

  @Test
  void mirror_follows_a_run_that_two_workers_share() throws Exception {
    try (ProgramProcess one = worker("one", "shared");
        ProgramProcess other = worker("other", "shared")) {
      awaitJoined("shared", "one", "other");

      CommandRun run =
          command("shared", "mirror", "-f", list("m/app", 24).toString(), "-o", failed());

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(run.out().strip()).matches("[0-9]{8}-[0-9]{6}-[0-9a-f]{5}");
      assertThat(Files.readAllLines(Path.of(failed())))
          .containsExactly(source.host() + "/none " + destination.host() + "/m/appnone 1");
      assertThat(new RegistryReader(destination).digest("m/app24", "1")).isPresent();
      assertThat(one.err()).contains("Successfully copied");
      assertThat(other.err()).contains("Successfully copied");

      one.signal("TERM");
      assertThat(one.exit(90)).isEqualTo(143);
      assertThat(one.err()).contains("Worker one has ended");
    }
  }

  @Test
  void a_run_is_enqueued_looked_at_done_and_collected_by_separate_commands() throws Exception {
    CommandRun enqueued = command("steps", "enqueue", "-f", list("e/app", 3).toString());

    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    String run = enqueued.out().strip();
    CommandRun before = command("steps", "status", run);
    assertThat(before.status()).as(before.err()).isZero();
    assertThat(before.out()).contains(run).containsPattern("OPEN +4 +0 +0 +0 +0 +0 +4 +0");

    try (ProgramProcess worker = worker("late", "steps")) {
      CommandRun collected = command("steps", "collect", run, "-o", failed());

      assertThat(collected.status()).as(collected.err()).isEqualTo(1);
      assertThat(Files.readAllLines(Path.of(failed()))).hasSize(1);
      assertThat(worker.isAlive()).isTrue();
    }
    CommandRun after = command("steps", "status");
    assertThat(after.out()).contains(run).containsPattern("DONE +4 +3 +0 +1 +0 +0 +0 +0");
    Files.delete(Path.of(failed()));
    CommandRun again = command("steps", "collect", run, "-o", failed());
    assertThat(again.status()).as(again.err()).isEqualTo(1);
    assertThat(Files.readAllLines(Path.of(failed()))).hasSize(1);
  }

  @Test
  void a_classic_queue_serves_a_run_too_and_who_takes_it_for_another_kind_is_told()
      throws Exception {
    try (ProgramProcess one = worker("one", "classic", "--queue", "classic");
        ProgramProcess other = worker("other", "classic", "--queue", "classic")) {
      await().atMost(Duration.ofSeconds(90)).until(() -> one.err().contains("takes jobs from"));
      await().atMost(Duration.ofSeconds(90)).until(() -> other.err().contains("takes jobs from"));
      String list = list("c/app", 24).toString();

      CommandRun run =
          command("classic", "mirror", "-f", list, "-o", failed(), "--queue", "classic");

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(Files.readAllLines(Path.of(failed()))).hasSize(1);
      assertThat(new RegistryReader(destination).digest("c/app24", "1")).isPresent();
    }
    CommandRun status = command("classic", "status");
    assertThat(status.status()).isEqualTo(3);
    assertThat(status.err()).contains("classic.jobs has 60 partitions", "--queue classic");
    assertThat(command("classic", "status", "--queue", "classic").status()).isZero();
    assertThat(command("classic", "status", "--queue", "other").status()).isEqualTo(2);
  }

  @Test
  void a_run_that_nobody_knows_is_said_to_be_unknown() {
    CommandRun run = command("nobody", "collect", "20260101-000000-00000", "-o", failed());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("the cluster knows no run", "image-tools status");
  }

  @Test
  void doctor_says_of_everything_whether_it_is_there() {
    CommandRun run =
        command(
            "doctor", "doctor", source.host(), "127.0.0.1:1", "--insecure-registry", source.host());

    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(3);
    assertThat(run.out().lines().toList())
        .anyMatch(
            line -> line.matches("ok +engine +The skopeo engine copies: skopeo .* are here\\."))
        .anyMatch(line -> line.matches("ok +skopeo +.*"))
        .anyMatch(line -> line.matches("ok +queue +the cluster has share groups"))
        .anyMatch(line -> line.matches("ok +registry " + source.host() + " .*"))
        .anyMatch(line -> line.startsWith("FIX") && line.contains("127.0.0.1:1"));
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.cli.role.Cluster;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C while the program waits for something before a run is on its way. */
@Timeout(180)
class InterruptedStartTest {

  /** Half of what the process may take for its end. */
  private static final int SOON = 20;

  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir Path folder;
  private Path temporary = Path.of("");

  @BeforeEach
  void makeTemporary() throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  private ProgramProcess start(String options, String... arguments) throws IOException {
    String all = "-Djava.io.tmpdir=" + temporary + " " + options;
    return ProgramProcess.start(folder, Map.of("JAVA_TOOL_OPTIONS", all), arguments);
  }

  private List<Path> brokers() throws IOException {
    try (var files = Files.list(temporary)) {
      return files.filter(file -> file.toString().contains("image-tools-broker-")).toList();
    }
  }

  private void assertEndsSoon(ProgramProcess program) throws Exception {
    program.signal("INT");

    assertThat(program.exit(SOON)).as(program.err()).isEqualTo(130);
    assertThat(program.err()).doesNotContain("did not end in time");
    assertThat(brokers()).isEmpty();
    assertThat(folder.resolve(".mirror-failed.txt.lock")).doesNotExist();
  }

  @Test
  void does_not_wait_for_a_pipe_that_stays_open() throws Exception {
    try (ProgramProcess program = start("", "mirror", "-f", "-", "-d", "127.0.0.1:1")) {
      await().atMost(LONG).until(() -> !brokers().isEmpty());

      assertEndsSoon(program);
    }
  }

  @Test
  void does_not_wait_for_a_pipe_that_is_meant_for_a_cluster() throws Exception {
    try (ProgramProcess program =
        start("", "mirror", "-f", "-", "-d", "127.0.0.1:1", "--bootstrap-server=127.0.0.1:1")) {
      await().atMost(LONG).until(() -> Files.exists(folder.resolve(".mirror-failed.txt.lock")));

      assertEndsSoon(program);
    }
  }

  @Test
  void does_not_wait_for_a_line_at_the_prompt() throws Exception {
    try (ProgramProcess program =
        start("-Dimagetools.terminals=0", "mirror", "-d", "127.0.0.1:1")) {
      await().atMost(LONG).until(() -> program.out().contains(">>> "));

      assertEndsSoon(program);
    }
  }

  @Test
  void does_not_wait_for_a_cluster_that_takes_no_jobs_and_says_what_became_of_the_run()
      throws Exception {
    Files.writeString(folder.resolve("list.txt"), "one.example/a two.example/a 1\n");
    try (TestBroker broker = TestBroker.start();
        Cluster cluster =
            Cluster.open(
                new KafkaSettings(broker.bootstrapServers(), Map.of(), Topics.DEFAULT),
                QueueMode.CLASSIC,
                1)) {
      slowDown(cluster);
      try (ProgramProcess program =
          start(
              "",
              "mirror",
              "-f",
              "list.txt",
              "--queue=classic",
              "--bootstrap-server=" + broker.bootstrapServers())) {
        await().atMost(LONG).until(() -> !cluster.runs().all().isEmpty());

        assertEndsSoon(program);
        assertThat(program.err())
            .contains(
                "Interrupted while run "
                    + cluster.runs().all().iterator().next().id()
                    + " was submitted");
      }
    }
    assertThat(folder.resolve("mirror-failed.txt")).content().contains("one.example/a");
  }

  /** After its first record it has to wait for minutes. */
  private static void slowDown(Cluster cluster) throws Exception {
    ClientQuotaEntity producers =
        new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "image-tools-producer"));
    cluster
        .admin()
        .alterClientQuotas(
            List.of(
                new ClientQuotaAlteration(
                    producers, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1.0)))))
        .all()
        .get();
  }
}

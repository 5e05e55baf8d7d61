package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.local.TwoBrokers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics on a cluster of two brokers whose default is Kafka's own, one replica. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ReplicasTest {
  private static final String WARNED = "have one replica, and the cluster has 2 brokers";

  private TwoBrokers brokers;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    brokers = TwoBrokers.start(folder);
  }

  @AfterAll
  void stop() {
    brokers.close();
  }

  private CommandRun status(String prefix, String... more) {
    List<String> command = new ArrayList<>(List.of("status", "--topic-prefix", prefix));
    command.addAll(List.of("--bootstrap-server", brokers.bootstrapServers()));
    command.addAll(List.of(more));
    return CommandRun.of(command.toArray(String[]::new));
  }

  @Test
  void one_replica_is_warned_of_when_topics_are_made_and_afterwards() {
    CommandRun made = status("default");
    CommandRun found = status("default");

    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains(WARNED, "default.jobs", "default.status", "--replicas 3");
    assertThat(found.err()).containsOnlyOnce(WARNED);
  }

  @Test
  void more_replicas_are_fine() {
    CommandRun run = status("two", "--replicas", "2");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("replica");
    assertThat(status("two").err()).doesNotContain("replica");
  }

  @Test
  void one_replica_that_is_asked_for_is_fine() {
    CommandRun run = status("one", "--replicas", "1");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("replica");
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.local.LocalData;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list of 100,000 lines is planned and enqueued by a process with an ordinary heap. */
class LargeListTest {
  private static final int LINES = 100_000;

  @TempDir Path folder;

  @Test
  void a_hundred_thousand_lines_are_enqueued() throws Exception {
    Path list = folder.resolve("list.txt");
    try (BufferedWriter out = Files.newBufferedWriter(list)) {
      for (int i = 0; i < LINES; i++) {
        out.write("registry.example.org/team-" + i % 100 + "/app-" + i + " r.example.com/app-" + i);
        out.write(" v1." + i + "\n");
      }
    }
    try (LocalData data = LocalData.in(Path.of(System.getProperty("java.io.tmpdir")));
        EmbeddedBroker broker = EmbeddedBroker.start(data.folder())) {
      Instant begin = Instant.now();
      try (ProgramProcess program =
          ProgramProcess.start(
              folder,
              java.util.Map.of(),
              "enqueue",
              "-f",
              "list.txt",
              "--bootstrap-server",
              broker.bootstrapServers())) {
        long memory = PeakMemory.untilTheEndOf(program, Duration.ofMinutes(3));
        int status = program.exit(1);
        Duration took = Duration.between(begin, Instant.now());

        assertThat(status).as(program.err()).isZero();
        assertThat(program.err()).contains(LINES + " jobs are on the queue");
        System.out.println(
            "LargeListTest: "
                + LINES
                + " lines planned and enqueued in "
                + took.toMillis()
                + " ms by a process of at most "
                + memory
                + " MiB");
      }
      assertCollectorKnowsAll(broker);
      CommandRun status = CommandRun.of("status", "--bootstrap-server", broker.bootstrapServers());
      assertThat(status.out()).containsPattern("OPEN +" + LINES + " +0 +0 +0 +0 +0 +" + LINES);
    }
  }

  /** Of a run of which nothing is done: it has to know the most, and to name all in its list. */
  private void assertCollectorKnowsAll(EmbeddedBroker broker) throws Exception {
    String run =
        CommandRun.of("status", "--bootstrap-server", broker.bootstrapServers())
            .out()
            .lines()
            .filter(line -> line.contains("OPEN"))
            .map(line -> line.strip().split(" +", 2)[0])
            .findFirst()
            .orElseThrow();
    Path failed = folder.resolve("failed.txt");
    Instant begin = Instant.now();
    try (ProgramProcess collector =
        ProgramProcess.start(
            folder,
            java.util.Map.of(),
            "collect",
            run,
            "-o",
            failed.toString(),
            "--bootstrap-server",
            broker.bootstrapServers())) {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> Files.exists(failed) && Files.readAllLines(failed).size() == LINES);
      Duration took = Duration.between(begin, Instant.now());
      System.out.println(
          "LargeListTest: a collector named all of them after "
              + took.toMillis()
              + " ms, with at most "
              + PeakMemory.of(collector)
              + " MiB");
    }
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

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
        int status = program.exit(180);
        Duration took = Duration.between(begin, Instant.now());

        assertThat(status).as(program.err()).isZero();
        assertThat(program.err()).contains(LINES + " jobs are on the queue");
        System.out.println(
            "LargeListTest: "
                + LINES
                + " lines planned and enqueued in "
                + took.toMillis()
                + " ms");
      }
      CommandRun status = CommandRun.of("status", "--bootstrap-server", broker.bootstrapServers());
      assertThat(status.out()).containsPattern("OPEN +" + LINES + " +0 +0 +0 +0 +0 +" + LINES);
    }
  }
}

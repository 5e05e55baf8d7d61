package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run of thousands is cancelled: what is not begun is answered and not copied. */
@ExtendWith(SharedBroker.class)
@Timeout(180)
class CancelledRunTest {
  private static final RunId RUN = new RunId("run-a");
  private static final int JOBS = 5_000;
  private static final int SLOTS = 2;

  /** Of a worker that comes when the run is cancelled already. */
  private static final int MORE_SLOTS = 18;

  /** 359 were measured on two busy cores; each waits for two words of the broker. */
  private static final long LEAST_A_SECOND = 50;

  private final KafkaSettings settings = SharedBroker.settings("cancelled-run");

  @TempDir Path folder;

  @Test
  void the_running_jobs_stop_and_the_rest_is_answered_too() throws Exception {
    List<MirrorJob> jobs = Jobs.jobs(RUN, JOBS);
    try (Cluster cluster = Cluster.open(settings, QueueMode.AUTO, 1)) {
      try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
        publisher.publish(new Submission(RUN, null, jobs, List.of()));
      }
      try (ScriptedWorker worker =
          new ScriptedWorker(cluster, SLOTS, job -> ScriptedEngine.copyForEver())) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> worker.engine().running().size() == SLOTS);

        Instant cancelled = Instant.now();
        CommandRun cancel = command("cancel", RUN.toString());

        assertThat(cancel.status()).as(cancel.err()).isZero();
        await().atMost(Duration.ofSeconds(10)).until(() -> worker.engine().running().isEmpty());
        try (ScriptedWorker helping =
            new ScriptedWorker(cluster, MORE_SLOTS, job -> ScriptedEngine.copyForEver())) {
          await()
              .pollInterval(Duration.ofSeconds(3)) // it reads all results
              .atMost(Duration.ofSeconds(100))
              .until(() -> ledger(cluster).isComplete());
          assertThat(helping.engine().running()).isEmpty();
        }
        assertThat(worker.engine().begun()).hasSize(SLOTS);
        assertAllCancelled(ledger(cluster), cancelled);
      }
    }
    assertFailedListHasAll(jobs);
  }

  private static void assertAllCancelled(RunLedger ledger, Instant cancelled) {
    assertThat(ledger.results())
        .hasSize(JOBS)
        .extracting(MirrorResult::outcome)
        .hasOnlyElementsOfType(Outcome.Cancelled.class);
    Instant last =
        ledger.results().stream()
            .map(MirrorResult::finishedAt)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    long millis = Math.max(1, Duration.between(cancelled, last).toMillis());
    long rate = JOBS * 1000L / millis;
    System.out.println(
        "CancelledRunTest: "
            + JOBS
            + " jobs were answered in "
            + millis
            + " ms after the command, by "
            + (SLOTS + MORE_SLOTS)
            + " slots, "
            + rate
            + " a second");
    assertThat(rate).as("cancelled a second").isGreaterThan(LEAST_A_SECOND);
  }

  private void assertFailedListHasAll(List<MirrorJob> jobs) throws Exception {
    Path failed = folder.resolve("failed.txt");
    CommandRun collect = command("collect", RUN.toString(), "-o", failed.toString());
    assertThat(collect.status()).as(collect.err()).isEqualTo(1);
    assertThat(Files.readString(failed))
        .isEqualToIgnoringNewLines(
            String.join(
                "",
                jobs.stream()
                    .map(job -> ListLineWriter.line(job.source(), job.destination()))
                    .toList()));
  }

  private RunLedger ledger(Cluster cluster) {
    return new RunSnapshots(settings).of(cluster.runs().find(RUN).stream().toList()).get(0);
  }

  private CommandRun command(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    all.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    return CommandRun.of(all.toArray(String[]::new));
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.engine.MirrorFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs are cancelled, repeated and served, on a real broker, by an engine that does as it is told.
 */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class RunCommandsTest {
  private static final RunId RUN = new RunId("run-a");
  private static final RunId OTHER = new RunId("run-b");

  private final KafkaSettings settings = SharedBroker.settings("runs");
  private final Path folder;
  private final Cluster cluster;

  RunCommandsTest(@TempDir Path folder) throws InterruptedException {
    this.folder = folder;
    this.cluster = Cluster.open(settings, QueueMode.AUTO, 1);
  }

  @AfterEach
  void disconnect() {
    cluster.close();
  }

  private Run submit(RunId run, int jobs) throws InterruptedException {
    return submit(new Submission(run, null, Jobs.jobs(run, jobs), List.of()));
  }

  private Run submit(Submission submission) throws InterruptedException {
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(submission);
    }
  }

  private String[] arguments(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    all.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    return all.toArray(String[]::new);
  }

  private CommandRun command(String... command) {
    return CommandRun.of(arguments(command));
  }

  private CommandRun collect(RunId run) {
    return command("collect", run.toString(), "-o", folder.resolve("failed.txt").toString());
  }

  private static String line(RunId run, int number) {
    MirrorJob job = Jobs.job(run, number);
    return ListLineWriter.line(job.source(), job.destination());
  }

  private static int number(MirrorJob job) {
    return job.id().number();
  }

  @Test
  void cancel_ends_running_copies_in_seconds_and_the_rest_is_in_the_failed_list() throws Exception {
    submit(RUN, 30);
    try (ScriptedWorker worker =
        new ScriptedWorker(
            cluster,
            3,
            job -> {
              if (number(job) > 5) {
                ScriptedEngine.copyForEver();
              }
            })) {
      await().atMost(Duration.ofSeconds(90)).until(() -> worker.engine().running().size() == 3);

      CommandRun cancel = command("cancel", RUN.toString());

      assertThat(cancel.status()).as(cancel.err()).isZero();
      await().atMost(Duration.ofSeconds(60)).until(() -> worker.engine().running().isEmpty());
      CommandRun collect = collect(RUN);
      assertThat(collect.status()).as(collect.err()).isEqualTo(1);
      List<String> left = new ArrayList<>();
      for (int number = 6; number <= 30; number++) {
        left.add(line(RUN, number));
      }
      assertThat(folder.resolve("failed.txt"))
          .content()
          .isEqualToIgnoringNewLines(String.join("", left));
      assertThat(worker.engine().begun()).as("begun").hasSize(8);
    }
    assertThat(cluster.runs().find(RUN))
        .hasValueSatisfying(run -> assertThat(run.state()).isEqualTo(Run.State.CANCELLED));
    assertThat(command("status", RUN.toString()).out())
        .containsPattern("CANCELLED +30 +5 +0 +0 +25 ")
        .contains("all have ended.")
        .contains("Failures: 25 x CANCELLED.");
  }

  @Test
  void a_run_that_is_cancelled_while_it_is_followed_stays_cancelled() throws Exception {
    submit(RUN, 4);
    Path report = folder.resolve("report.json");
    try (ProgramProcess collect =
            ProgramProcess.start(
                folder,
                Map.of(),
                arguments("collect", RUN.toString(), "--report", report.toString()));
        ScriptedWorker worker =
            new ScriptedWorker(cluster, 2, job -> ScriptedEngine.copyForEver())) {
      await().atMost(Duration.ofSeconds(90)).until(() -> worker.engine().running().size() == 2);

      command("cancel", RUN.toString());

      assertThat(collect.exit(90)).isEqualTo(1);
      assertThat(report).exists();
    }
    assertThat(cluster.runs().find(RUN))
        .hasValueSatisfying(run -> assertThat(run.state()).isEqualTo(Run.State.CANCELLED));
  }

  @Test
  void retry_repeats_exactly_the_failures() throws Exception {
    JobEvent.LineRejected rejected =
        new JobEvent.LineRejected(RUN, 13, "no image here at all", "Four fields.");
    submit(new Submission(RUN, null, Jobs.jobs(RUN, 12), List.of(rejected)));
    CommandRun early = command("retry", RUN.toString());
    assertThat(early.status()).as(early.err()).isEqualTo(3);
    assertThat(early.err()).contains("12 of the 12 images of run run-a have not ended");
    try (ScriptedWorker worker = new ScriptedWorker(cluster, 3, RunCommandsTest::failFirstRun)) {
      assertThat(collect(RUN).status()).isEqualTo(1);

      CommandRun network = command("retry", RUN.toString(), "--kind", "NETWORK,TIMEOUT");
      assertThat(network.status()).as(network.err()).isZero();
      assertRepeats(new RunId(network.out().strip()), worker, 4, 8);

      CommandRun all = command("retry", RUN.toString());
      assertThat(all.status()).as(all.err()).isZero();
      RunId repeated = new RunId(all.out().strip());
      assertRepeats(repeated, worker, 3, 4, 6, 8, 9, 12);

      CommandRun nothing = command("retry", repeated.toString());
      assertThat(nothing.status()).as(nothing.err()).isZero();
      assertThat(nothing.out()).isEmpty();
      assertThat(nothing.err()).contains("there is nothing to retry");
    }
  }

  private static void failFirstRun(MirrorJob job) throws MirrorFailure {
    if (!job.id().run().equals(RUN)) {
      return;
    }
    if (number(job) % 3 == 0) {
      throw new MirrorFailure(FailureKind.DENIED, "The registry said no.");
    }
    if (number(job) % 4 == 0) {
      throw new MirrorFailure(FailureKind.NETWORK, "The network is away.");
    }
  }

  private void assertRepeats(RunId run, ScriptedWorker worker, int... lines) {
    CommandRun collect = collect(run);
    assertThat(collect.status()).as(collect.err()).isZero();
    assertThat(cluster.runs().find(run))
        .hasValueSatisfying(
            found -> {
              assertThat(found.parent()).isEqualTo(RUN);
              assertThat(found.jobs()).isEqualTo(lines.length);
              assertThat(found.rejectedLines()).isZero();
              assertThat(found.state()).isEqualTo(Run.State.DONE);
            });
    List<JobId> expected = new ArrayList<>();
    for (int number = 1; number <= lines.length; number++) {
      expected.add(new JobId(run, number));
    }
    assertThat(worker.engine().begun())
        .containsAll(expected)
        .doesNotContain(new JobId(run, lines.length + 1));
    assertThat(ledger(run).results())
        .extracting(result -> result.job().line())
        .containsExactly(Arrays.stream(lines).boxed().toArray(Integer[]::new));
  }

  @Test
  void collect_all_serves_two_runs_at_once_and_again_after_a_restart() throws Exception {
    CountDownLatch rest = new CountDownLatch(1);
    Path files = folder.resolve("files");
    try (ScriptedWorker worker =
        new ScriptedWorker(
            cluster,
            4,
            job -> {
              if (job.id().run().equals(OTHER) && number(job) > 2) {
                rest.await();
              }
              if (job.id().run().equals(OTHER) && number(job) == 1) {
                awaitEnded(OTHER, 1); // who reads of this one's end has read of the second's
              }
              if (number(job) == 2) {
                throw new MirrorFailure(FailureKind.DENIED, "The registry said no.");
              }
            })) {
      submit(RUN, 3);
      try (ProgramProcess first = serve(files)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> first.err().contains("Run run-a has ended"));
        submit(OTHER, 4);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> first.err().contains("Run run-b: 4 images"));
        await()
            .atMost(Duration.ofSeconds(90))
            .until(
                () ->
                    Files.exists(files.resolve("run-b.failed.txt"))
                        && Files.readAllLines(files.resolve("run-b.failed.txt")).size() == 3);
        first.signal("TERM");
        assertThat(first.exit(90)).isEqualTo(143);
        assertThat(first.err()).contains("Run run-b goes on: 2 of 4 images have ended");
      }
      assertThat(files.resolve("run-a.failed.txt")).hasContent(line(RUN, 2));
      assertThat(files.resolve("run-a.report.json")).isNotEmptyFile();
      assertThat(Files.readAllLines(files.resolve("run-b.failed.txt")))
          .containsExactly(line(OTHER, 2), line(OTHER, 3), line(OTHER, 4));

      Files.delete(files.resolve("run-a.report.json"));
      try (ProgramProcess second = serve(files)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> second.err().contains("Run run-b: 4 images"));
        rest.countDown();
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> second.err().contains("Run run-b has ended"));
        second.signal("TERM");
        assertThat(second.exit(90)).isEqualTo(143);
      }
      assertThat(files.resolve("run-b.failed.txt")).hasContent(line(OTHER, 2));
      assertThat(files.resolve("run-b.report.json")).isNotEmptyFile();
      assertThat(files.resolve("run-a.report.json")).as("a run that is done").doesNotExist();
      assertThat(cluster.runs().all()).extracting(Run::state).containsOnly(Run.State.DONE);
      assertThat(worker.engine().begun()).hasSize(7);
    }
  }

  @Test
  void runs_whose_events_are_gone_with_their_partition_keep_no_other_run_from_being_seen()
      throws Exception {
    for (int lost = 10; lost < 30; lost++) { // as many as are followed at once
      RunId id = new RunId("lost-" + lost);
      cluster.runs().put(new Run(id, Instant.now(), 5, 0, 99, 7, null, Run.State.OPEN));
    }
    submit(RUN, 2);
    try (ScriptedWorker worker = new ScriptedWorker(cluster, 2, job -> {});
        ProgramProcess collector = serve(folder.resolve("files"))) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> collector.err().contains("Run run-a has ended: all 2 images are mirrored"));

      CommandRun status = command("status");

      assertThat(status.status()).as(status.err()).isZero();
      assertThat(status.out().lines().filter(line -> line.startsWith("lost-"))).hasSize(20);
      assertThat(status.out()).containsPattern("run-a +DONE +2 +2 ");
      assertThat(status.err()).contains("lost-10").contains("has only 6 partitions");
      assertThat(collector.err().lines().filter(line -> line.contains("Run lost-10")))
          .singleElement()
          .asString()
          .contains("is not followed");
      assertThat(worker.engine().begun()).hasSize(2);
      CommandRun one = command("collect", "lost-10");
      assertThat(one.status()).isEqualTo(ExitCode.ENVIRONMENT.status());
      assertThat(one.err()).contains("which is not there any more. Submit its list again");
    }
  }

  private RunLedger ledger(RunId run) {
    return new RunSnapshots(settings).of(cluster.runs().find(run).stream().toList()).get(0);
  }

  private void awaitEnded(RunId run, int jobs) {
    await().atMost(Duration.ofSeconds(60)).until(() -> ledger(run).counts().ended() >= jobs);
  }

  private ProgramProcess serve(Path files) throws Exception {
    return ProgramProcess.start(
        folder, Map.of(), arguments("collect", "--all", "--output-dir", files.toString()));
  }
}

package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
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
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two runs of thousands are cancelled, with a run between them that is not: what is not begun is
 * answered and not copied, by the hundred, each job once.
 */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class CancelledRunTest {
  private static final RunId FIRST = new RunId("run-a");
  private static final RunId BETWEEN = new RunId("run-b");
  private static final RunId LAST = new RunId("run-c");
  private static final int JOBS = 3_000;
  private static final int JOBS_BETWEEN = 50;
  private static final int SLOTS = 2;

  /** How long a machine may stand still. */
  private static final Duration AGES = Duration.ofSeconds(60);

  /** Two slots that wait for the broker's words on each job alone come to about 100. */
  private static final long LEAST_A_SECOND = 250;

  private final KafkaSettings settings = SharedBroker.settings("cancelled-run");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void the_running_jobs_stop_and_the_rest_is_answered_by_the_thousand(QueueMode queue)
      throws Exception {
    try (Cluster cluster = Cluster.open(settings, queue, 1)) {
      publish(cluster);
      try (ScriptedWorker worker = new ScriptedWorker(cluster, SLOTS, CancelledRunTest::copy)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> worker.engine().running().size() == SLOTS);

        for (RunId run : List.of(LAST, FIRST)) {
          CommandRun cancel = command(queue, "cancel", run.toString());
          assertThat(cancel.status()).as(cancel.err()).isZero();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> worker.engine().running().isEmpty());
        await()
            .pollInterval(Duration.ofSeconds(1)) // it reads all results
            .atMost(Duration.ofSeconds(100))
            .until(() -> complete(cluster));
        assertThat(worker.engine().begun())
            .hasSizeBetween(SLOTS + JOBS_BETWEEN, 2 * SLOTS + JOBS_BETWEEN);
      }
      assertAllCancelledOnce(cluster, queue);
      assertThat(results(cluster, BETWEEN))
          .hasSize(JOBS_BETWEEN)
          .extracting(MirrorResult::outcome)
          .hasOnlyElementsOfType(Outcome.Mirrored.class);
    }
    assertFailedListHasAll(queue, Jobs.jobs(FIRST, JOBS));
  }

  private static void publish(Cluster cluster) throws InterruptedException {
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publisher.publish(new Submission(FIRST, null, Jobs.jobs(FIRST, JOBS), List.of()));
      publisher.publish(new Submission(BETWEEN, null, Jobs.jobs(BETWEEN, JOBS_BETWEEN), List.of()));
      publisher.publish(new Submission(LAST, null, Jobs.jobs(LAST, JOBS), List.of()));
    }
  }

  private static void copy(MirrorJob job) throws InterruptedException {
    if (!job.id().run().equals(BETWEEN)) {
      ScriptedEngine.copyForEver();
    }
  }

  private void assertAllCancelledOnce(Cluster cluster, QueueMode queue) throws Exception {
    List<MirrorResult> results = new ArrayList<>(results(cluster, FIRST));
    results.addAll(results(cluster, LAST));
    assertThat(results)
        .extracting(MirrorResult::outcome)
        .hasOnlyElementsOfType(Outcome.Cancelled.class);
    assertThat(results).extracting(MirrorResult::id).doesNotHaveDuplicates().hasSize(2 * JOBS);
    List<Instant> ends = results.stream().map(MirrorResult::finishedAt).sorted().toList();
    long millis = Duration.between(ends.get(0), ends.get(ends.size() - 1)).toMillis();
    long rate = results.size() * 1000L / Math.max(1, millis);
    System.out.printf(
        "CancelledRunTest %s: %d jobs were answered in %d ms by a worker of %d slots, %d a second;"
            + " at most %d within a second%n",
        queue, results.size(), millis, SLOTS, rate, mostInASecond(ends));
    assertThat(rate).as("answered a second").isGreaterThan(LEAST_A_SECOND);
  }

  private static int mostInASecond(List<Instant> ends) {
    int most = 0;
    int from = 0;
    for (int to = 0; to < ends.size(); to++) {
      while (ends.get(from).plusSeconds(1).isBefore(ends.get(to))) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  /** As they stand on the topic: a second result of a job would be there. */
  private List<MirrorResult> results(Cluster cluster, RunId id) throws InterruptedException {
    List<MirrorResult> results = new ArrayList<>();
    Run run = cluster.runs().find(id).orElseThrow();
    try (RunFollower follower = new RunFollower(settings, run)) {
      List<JobEvent> events = follower.next(AGES);
      while (!events.isEmpty()) {
        for (JobEvent event : events) {
          if (event instanceof JobEvent.Finished finished) {
            results.add(finished.result());
          }
        }
        events = follower.next(results.size() < run.jobs() ? AGES : Duration.ofSeconds(2));
      }
    }
    return results;
  }

  private boolean complete(Cluster cluster) throws InterruptedException {
    List<Run> runs =
        Stream.of(FIRST, BETWEEN, LAST).flatMap(run -> cluster.runs().find(run).stream()).toList();
    return new RunSnapshots(settings).of(runs).stream().allMatch(RunLedger::isComplete);
  }

  private void assertFailedListHasAll(QueueMode queue, List<MirrorJob> jobs) throws Exception {
    Path failed = folder.resolve("failed.txt");
    CommandRun collect = command(queue, "collect", FIRST.toString(), "-o", failed.toString());
    assertThat(collect.status()).as(collect.err()).isEqualTo(1);
    assertThat(Files.readString(failed))
        .isEqualToIgnoringNewLines(
            String.join(
                "",
                jobs.stream()
                    .map(job -> ListLineWriter.line(job.source(), job.destination()))
                    .toList()));
  }

  private CommandRun command(QueueMode queue, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    all.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    all.addAll(List.of("--queue", queue.name().toLowerCase(Locale.ROOT)));
    return CommandRun.of(all.toArray(String[]::new));
  }
}

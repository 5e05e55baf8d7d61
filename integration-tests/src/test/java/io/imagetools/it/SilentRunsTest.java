package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.imagetools.cli.role.AllRuns;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.RunFiles;
import io.imagetools.cli.role.RunWatcher;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.MirrorJob;
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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are short of a job, while others keep the queue busy, on a real broker. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class SilentRunsTest {

  /** More than are followed at once. */
  private static final int SILENT = 25;

  private final KafkaSettings settings = SharedBroker.settings("silent-runs");

  @TempDir private Path folder;

  @Test
  void make_room_for_a_run_that_waits_to_be_followed() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      openSilentRuns(cluster);
      publish(cluster, new RunId("keeps-the-queue-busy"));
      Run served = publish(cluster, new RunId("served"));
      Jobs.tell(settings, served, Jobs.finished(served.id(), 1, List.of()));

      followUntil(cluster, () -> Files.exists(new RunFiles(folder).report(served.id())));
    }
  }

  @Test
  void are_given_up_all_of_them_where_the_queue_is_empty() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        ScriptedWorker worker = new ScriptedWorker(cluster, 1, job -> {})) {
      openSilentRuns(cluster);
      publish(cluster, new RunId("done"));
      await().until(() -> worker.engine().begun().size() == 1); // so that the queue is known

      followUntil(
          cluster,
          () -> cluster.runs().all().stream().allMatch(run -> run.state() == Run.State.DONE));
    }
  }

  @Test
  void are_collected_at_once_where_they_are_marked_as_done() throws Exception {
    RunId id = new RunId("done-without-a-job");
    Path list = folder.resolve("failed.txt");
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      Jobs.tell(settings, publish(cluster, id, 2), Jobs.finished(id, 1, List.of()));
      cluster.runs().markDone(id);
      publish(cluster, new RunId("keeps-the-queue-busy"));
      Jobs.aWorkerWasThere(cluster, settings);
      assertThat(cluster.unfinished().jobs()).isPresent();

      CommandRun collect =
          assertTimeoutPreemptively(
              Duration.ofSeconds(30),
              () ->
                  CommandRun.of(
                      "collect",
                      id.toString(),
                      "-o",
                      list.toString(),
                      "--queue=classic",
                      "--bootstrap-server=" + settings.bootstrapServers(),
                      "--topic-prefix=" + settings.topics().prefix()));

      assertThat(collect.status()).as(collect.err()).isEqualTo(1);
      assertThat(collect.err()).contains("1 jobs have no result (the run is marked as done");
    }
    MirrorJob silent = Jobs.job(id, 2);
    assertThat(list)
        .content()
        .isEqualToIgnoringNewLines(ListLineWriter.line(silent.source(), silent.destination()));
  }

  private static void openSilentRuns(Cluster cluster) throws InterruptedException {
    for (int number = 1; number <= SILENT; number++) {
      RunId id = new RunId("silent-" + number);
      Instant before = Instant.now().minusSeconds(60);
      cluster.runs().put(new Run(id, before, 1, 0, 0, 0, null, Run.State.OPEN));
    }
  }

  private void followUntil(Cluster cluster, Callable<Boolean> condition) {
    AtomicBoolean ending = new AtomicBoolean();
    AllRuns all =
        new AllRuns(
            cluster,
            new RunFiles(folder),
            Duration.ofSeconds(1),
            Clock.systemUTC(),
            null,
            RunWatcher.NOBODY);
    CompletableFuture<Void> collector = CompletableFuture.runAsync(() -> follow(all, ending));
    try {
      await().atMost(Duration.ofSeconds(90)).until(condition);
    } finally {
      ending.set(true);
      collector.join();
    }
  }

  private static void follow(AllRuns all, AtomicBoolean ending) {
    try {
      all.follow(ending::get);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Run publish(Cluster cluster, RunId id) throws InterruptedException {
    return publish(cluster, id, 1);
  }

  private static Run publish(Cluster cluster, RunId id, int jobs) throws InterruptedException {
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(new Submission(id, null, Jobs.jobs(id, jobs), List.of()));
    }
  }
}

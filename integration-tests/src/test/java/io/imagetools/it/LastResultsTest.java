package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.Interruption;
import io.imagetools.collector.RunCollector;
import io.imagetools.collector.RunOutputs;
import io.imagetools.collector.SilentJobs;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.output.FailedListFile;
import io.imagetools.collector.output.OutputException;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.EventCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of a run of which nothing was heard for long, on a real broker. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class LastResultsTest {
  private static final int JOBS = 5;

  /** More than are read in a few looks. */
  private static final int MANY = 60_000;

  private final KafkaSettings settings = SharedBroker.settings("last-results");
  private final RunId id = new RunId("run-l");

  @TempDir private Path folder;

  /** Follows a run to its end; whoever asks how many jobs are left hears of none. */
  private Counts follow(Run run, SilentJobs.Unfinished unfinished)
      throws InterruptedException, OutputException {
    return follow(run, unfinished, Interruption.NEVER);
  }

  private Counts follow(Run run, SilentJobs.Unfinished unfinished, Interruption interruption)
      throws InterruptedException, OutputException {
    RunCollector collector =
        new RunCollector(
            run,
            new RunOutputs(new FailedListFile(failedList()), null),
            new SilentJobs(unfinished, Duration.ZERO, Instant.now()),
            Clock.systemUTC());
    try (RunFollower events = new RunFollower(settings, run)) {
      collector.follow(events, counts -> {}, interruption);
    }
    return collector.ledger().counts();
  }

  private Path failedList() {
    return folder.resolve("failed.txt");
  }

  private Run submitted(Cluster cluster) throws InterruptedException {
    return submitted(cluster, JOBS);
  }

  private Run submitted(Cluster cluster, int jobs) throws InterruptedException {
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      return publisher.publish(new Submission(id, null, Jobs.jobs(id, jobs), List.of()));
    }
  }

  private void put(KafkaProducer<String, byte[]> producer, Run run, JobEvent event) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            settings.topics().status(),
            run.statusPartition(),
            EventCodec.key(event),
            EventCodec.encode(event));
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As jobs that were parked for an hour, and take no time: the queue is empty a moment later. */
  @Test
  void results_that_come_while_the_queue_is_asked_are_not_given_up() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("test"))) {
      Run run = submitted(cluster);

      Counts counts =
          follow(
              run,
              () -> {
                for (int number = 1; number <= JOBS; number++) {
                  put(producer, run, Jobs.finished(id, number, List.of()));
                }
                return OptionalLong.of(0);
              });

      assertThat(counts.mirrored()).isEqualTo(JOBS);
      assertThat(counts.failed()).isZero();
    }
  }

  /** Its partition is shared with runs of which much is heard. */
  @Test
  void jobs_that_nobody_answers_are_given_up_beside_a_busy_run() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger heard = new AtomicInteger();
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("busy"))) {
      Run run = submitted(cluster);
      RunId other = new RunId("run-o");
      Thread busy =
          new Thread(
              () -> {
                JobEvent event = new JobEvent.Planned(Jobs.job(other, 1));
                while (!enough.get()) {
                  put(producer, run, event);
                  heard.incrementAndGet();
                }
              });
      busy.start();
      try {
        Counts counts = follow(run, () -> OptionalLong.of(0));

        assertThat(counts.failed()).isEqualTo(JOBS);
      } finally {
        enough.set(true);
        busy.join();
      }
      assertThat(heard.get()).isPositive();
    }
  }

  /** A computer that was put to sleep between the plan and the jobs. */
  @ParameterizedTest
  @CsvSource({"DONE, OPEN", "CANCELLED, CANCELLED", "OPEN, OPEN"})
  void a_run_that_was_given_up_before_it_was_submitted_is_open_again(
      Run.State meanwhile, Run.State then) throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      Instant begin = Instant.now();
      AtomicBoolean slept = new AtomicBoolean();
      Clock clock =
          new SteppingClock(
              () -> {
                if (slept.getAndSet(true)) {
                  cluster.runs().put(cluster.runs().find(id).orElseThrow().in(meanwhile));
                  return begin.plus(Duration.ofMinutes(5));
                }
                return begin;
              });
      try (RunPublisher publisher = cluster.publisher(clock)) {
        Object unused = publisher.publish(new Submission(id, null, Jobs.jobs(id, JOBS), List.of()));
      }

      assertThat(cluster.runs().find(id).orElseThrow().state()).isEqualTo(then);
    }
  }

  /** As by Ctrl-C, or a new version of {@code collect --all}, in its first second. */
  @Test
  void one_that_is_interrupted_before_it_has_read_all_leaves_no_shorter_list() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      Run run = submitted(cluster, MANY);

      Counts counts = follow(run, () -> OptionalLong.of(MANY), new AtOnce());

      assertThat(counts.ended()).isZero();
      try (Stream<String> lines = Files.lines(failedList())) {
        assertThat(lines).hasSize(MANY);
      }
    }
  }

  private static final class AtOnce implements Interruption {
    @Override
    public boolean requested() {
      return true;
    }

    @Override
    public void stopWork() {} // there is none
  }

  /** After the topic's retention, or where an admin made room. */
  @Test
  void a_run_whose_events_are_deleted_ends() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1)) {
      Run run = submitted(cluster);
      delete(cluster, run);

      Files.writeString(failedList(), "of an earlier collector\n");
      Counts counts = follow(run, () -> OptionalLong.of(0));

      assertThat(counts.ended()).isZero(); // nobody can name them, but nobody waits for them
      assertThat(failedList()).hasContent("of an earlier collector");
    }
  }

  /** What is not known has not succeeded. */
  @ParameterizedTest
  @CsvSource({"0, 3", "1, 1"})
  void a_retry_of_a_run_whose_events_are_deleted_is_no_success(int failures, int status)
      throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1);
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("test"))) {
      Run run = submitted(cluster);
      delete(cluster, run);
      for (int number = 1; number <= failures; number++) {
        put(producer, run, new JobEvent.Planned(Jobs.job(id, number))); // and never answered
      }
      cluster.runs().put(run.in(Run.State.DONE));

      CommandRun retry =
          CommandRun.of(
              "retry",
              id.toString(),
              "--queue",
              "classic",
              "--bootstrap-server",
              settings.bootstrapServers(),
              "--topic-prefix",
              settings.topics().prefix());

      assertThat(retry.status()).as(retry.err()).isEqualTo(status);
      assertThat(retry.err())
          .contains((JOBS - failures) + " images of run run-l can't be named", "submit its list")
          .doesNotContain("there is nothing to retry");
      assertThat(retry.out().lines()).hasSize(failures);
    }
  }

  private void delete(Cluster cluster, Run run) throws Exception {
    TopicPartition status = new TopicPartition(settings.topics().status(), run.statusPartition());
    cluster
        .admin()
        .deleteRecords(Map.of(status, RecordsToDelete.beforeOffset(-1))) // all of them
        .all()
        .get();
  }
}

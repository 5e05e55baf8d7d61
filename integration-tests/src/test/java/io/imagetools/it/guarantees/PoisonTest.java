package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.it.JobsTopic;
import io.imagetools.it.ProgramProcess;
import io.imagetools.it.guarantees.Stage.Worker;
import io.imagetools.producer.publish.Submission;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that ends its worker's JVM each time it is begun. */
@Timeout(300)
class PoisonTest {
  private static final RunId RUN = new RunId("run-1");
  private static final int DELIVERIES = 4;
  private static final int POISON = 4;
  private static final int JOBS = 12;
  private static final int HALTED = 137;

  private static final Scale SMALL =
      new Scale(
          JOBS,
          Duration.ofMillis(10),
          Duration.ofMillis(10),
          Duration.ofSeconds(4),
          Duration.ofSeconds(6),
          1,
          2,
          Duration.ofSeconds(2),
          Duration.ZERO,
          1,
          Duration.ofMinutes(4));

  @TempDir private static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Broker.in(folder.resolve("broker")).awaitServing();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void is_delivered_a_bounded_number_of_times_and_named_with_its_cause(QueueMode queue)
      throws Exception {
    Workload workload = Workload.even(JOBS, SMALL.shortest());
    Path place = folder.resolve("poison-" + queue);
    try (Stage stage = new Stage(place, SMALL, queue, workload, broker)) {
      stage.limitDeliveries(DELIVERIES);
      List<MirrorJob> jobs = new ArrayList<>(workload.planned(RUN));
      MirrorJob poison = Workload.poison(RUN, POISON);
      jobs.set(POISON - 1, poison);
      stage.submit(new Submission(RUN, null, jobs, List.of()));
      CompletableFuture<RunLedger> ending = CompletableFuture.supplyAsync(() -> ledger(stage));
      while (!ending.isDone()) {
        Worker worker = stage.start(1).get(0);
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> ending.isDone() || !worker.process().isAlive());
        assertThat(ending.isDone() || worker.process().exit(1) == HALTED).isTrue();
      }

      RunLedger ledger = ending.get();
      assertThat(ledger.isComplete()).isTrue();
      assertThat(ledger.counts().mirrored()).isEqualTo(JOBS - 1);
      // On a share group a death may count twice: see docs/guarantees.md.
      assertThat(begins(stage))
          .as("begins of the poison")
          .isBetween(queue == QueueMode.SHARE ? DELIVERIES / 2L : DELIVERIES, (long) DELIVERIES);
      assertThat(ledger.results().get(POISON - 1).outcome())
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> {
                assertThat(failed.kind()).isEqualTo(FailureKind.NO_RESULT);
                assertThat(failed.message()).contains("delivered " + DELIVERIES + " times");
              });
      assertIsInTheFailedList(stage, poison);
      assertIsADeadLetter(stage, poison);
    }
  }

  private static RunLedger ledger(Stage stage) {
    try {
      return stage.ledger();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long begins(Stage stage) throws Exception {
    return stage.history().of(Journal.What.BEGIN).stream()
        .filter(entry -> entry.job() == POISON)
        .count();
  }

  private static void assertIsInTheFailedList(Stage stage, MirrorJob poison) throws Exception {
    Path failed = stage.folder().resolve("failed.txt");
    ProgramProcess collect = stage.program("collect", RUN.toString(), "-o", failed.toString());
    assertThat(collect.exit(120)).as(collect.err()).isEqualTo(1);
    assertThat(collect.err()).contains("NO_RESULT");
    assertThat(failed)
        .content()
        .isEqualToIgnoringNewLines(ListLineWriter.line(poison.source(), poison.destination()));
  }

  private static void assertIsADeadLetter(Stage stage, MirrorJob poison) throws Exception {
    try (JobsTopic topic = new JobsTopic(stage.cluster().settings(), stage.mode())) {
      await().atMost(Duration.ofSeconds(90)).until(() -> !letters(topic, poison).isEmpty());
      List<ConsumerRecord<byte[], byte[]>> letters = letters(topic, poison);
      assertThat(letters).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = letters.get(0);
      assertThat(JobCodec.decode(letter.value())).isEqualTo(poison);
      assertThat(header(letter, "dlq.reason")).contains("each time its worker died or lost it");
      assertThat(Integer.parseInt(header(letter, "dlq.deliveries"))).isGreaterThan(DELIVERIES);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(JobsTopic topic, MirrorJob job) {
    String key = job.id().toString();
    return topic.deadLetters().stream()
        .filter(letter -> new String(letter.key(), StandardCharsets.UTF_8).equals(key))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(
        Objects.requireNonNull(letter.headers().lastHeader(name)).value(), StandardCharsets.UTF_8);
  }
}

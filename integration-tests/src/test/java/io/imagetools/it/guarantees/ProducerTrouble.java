package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.it.ProgramProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A producer that is killed between its first job and its last; the program itself. */
final class ProducerTrouble {
  /** Enough that it takes a moment to send them. */
  private static final int JOBS = 2_000;

  private static final int END_SECONDS = 600;

  private ProducerTrouble() {}

  static Workload workload() {
    return Workload.even(JOBS, Duration.ofMillis(2));
  }

  /**
   * The collector names the jobs that never came, and its list, fed back, brings the rest. The
   * ledger that is looked at afterwards is the second run's.
   */
  static void killed(Stage stage) throws Exception {
    Path list = stage.folder().resolve("list.txt");
    Path failed = stage.folder().resolve("failed.txt");
    Files.write(list, stage.workload().list());
    stage.submitting();
    ProgramProcess producer = stage.program("enqueue", "-f", list.toString());
    await()
        .atMost(Duration.ofMinutes(5))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> !producer.isAlive() || queued(stage) > 0);
    producer.kill();
    producer.exit(END_SECONDS);
    Run run = stage.cluster().runs().all().iterator().next();
    ProgramProcess collector =
        stage.program(
            "collect", run.id().toString(), "-o", failed.toString(), "--no-result-after", "12s");
    int status = collector.exit(END_SECONDS);
    // Not before: a broker may come to a dead producer's last request later than to ours.
    long queued = queued(stage);
    stage.follow(run);
    if (queued < JOBS) {
      assertThat(status).as(collector.err()).isEqualTo(1);
      assertThat(Files.readAllLines(failed))
          .as("named by the collector")
          .hasSize(JOBS - (int) queued);
      feedBack(stage, failed);
    } else {
      assertThat(status).as(collector.err()).isZero();
    }
    stage.remark(queued + " of " + JOBS + " were on the queue; the failed list brought the rest");
  }

  private static void feedBack(Stage stage, Path failed) throws Exception {
    ProgramProcess again = stage.program("enqueue", "-f", failed.toString());
    assertThat(again.exit(END_SECONDS)).as(again.err()).isZero();
    RunId second = new RunId(again.out().strip());
    stage.follow(stage.cluster().runs().find(second).orElseThrow());
  }

  private static long queued(Stage stage) throws Exception {
    Admin admin = stage.cluster().admin();
    String topic = stage.cluster().settings().topics().jobs();
    int partitions =
        admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
            .mapToInt(description -> description.partitions().size())
            .sum();
    return admin
        .listOffsets(
            IntStream.range(0, partitions)
                .boxed()
                .collect(
                    Collectors.toMap(n -> new TopicPartition(topic, n), n -> OffsetSpec.latest())))
        .all()
        .get()
        .values()
        .stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }
}

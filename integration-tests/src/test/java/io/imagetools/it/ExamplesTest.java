package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs in examples/, each as a process of its own, with nothing of ours on its path. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class ExamplesTest {
  private static final RunId RUN = new RunId("run-e");
  private static final Path EXAMPLES = Repository.root().resolve("examples");

  /** What FollowRun.java says it needs. */
  private static final List<String> JARS =
      List.of("kafka-clients", "slf4j-api", "lz4-java", "jackson-");

  @TempDir private Path folder;

  private enum Example {
    JAVA {
      @Override
      List<String> command() {
        String path =
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(
                    jar ->
                        JARS.stream().anyMatch(Path.of(jar).getFileName().toString()::startsWith))
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-cp", path, EXAMPLES.resolve("FollowRun.java").toString());
      }
    },
    PYTHON {
      @Override
      List<String> command() {
        return List.of("/usr/bin/python3", EXAMPLES.resolve("follow_run.py").toString());
      }
    };

    abstract List<String> command();
  }

  private record Ended(int status, List<String> out, String err) {}

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private Process start(Example example, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(example.command());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(out().toFile())
        .redirectError(err().toFile())
        .start();
  }

  private Ended run(Example example, String... arguments) throws IOException, InterruptedException {
    return end(start(example, arguments));
  }

  private Ended end(Process process) throws IOException, InterruptedException {
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(err(), StandardCharsets.UTF_8);
    assertThat(ended).as("it ended; it said: %s", said).isTrue();
    return new Ended(process.exitValue(), Files.readAllLines(out()), said);
  }

  /** Of three jobs the second has a result; then the run's state is what nobody else can say. */
  private Ended followWithoutResults(Example example, Run.State last, String... silence)
      throws Exception {
    KafkaSettings settings = SharedBroker.settings("examples");
    try (Cluster cluster = Cluster.open(settings, QueueMode.AUTO, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      Run run = publisher.publish(new Submission(RUN, null, Jobs.jobs(RUN, 3), List.of()));
      List<String> arguments = new ArrayList<>();
      arguments.add(settings.bootstrapServers());
      arguments.add(RUN.toString());
      arguments.add(settings.topics().prefix());
      arguments.addAll(List.of(silence));
      Process process = start(example, arguments.toArray(String[]::new));
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> Files.readString(err()).contains("is OPEN and has 3 jobs"));
      Jobs.tell(settings, run, Jobs.finished(RUN, 2, List.of()));
      cluster.runs().put(run.in(last));
      return end(process);
    }
  }

  private static void namesWhatHasNoResult(Ended ended) {
    assertThat(ended.status()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out())
        .containsExactly(
            "1 NO_RESULT source.example/app:1 destination.example/app:1",
            "2 MIRRORED source.example/app:2 destination.example/app:2",
            "3 NO_RESULT source.example/app:3 destination.example/app:3");
  }

  @ParameterizedTest
  @EnumSource(Example.class)
  void a_job_without_a_result_is_named_when_the_run_is_done(Example example) throws Exception {
    namesWhatHasNoResult(followWithoutResults(example, Run.State.DONE));
  }

  @ParameterizedTest
  @EnumSource(Example.class)
  void a_cancelled_run_is_over_when_it_is_silent(Example example) throws Exception {
    namesWhatHasNoResult(followWithoutResults(example, Run.State.CANCELLED, "5"));
  }

  @ParameterizedTest
  @EnumSource(Example.class)
  void a_run_is_followed_by_its_topics_alone(Example example) throws Exception {
    KafkaSettings settings = SharedBroker.settings("examples");
    String prefix = settings.topics().prefix();
    try (Cluster cluster = Cluster.open(settings, QueueMode.AUTO, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC());
        ScriptedWorker worker =
            new ScriptedWorker(
                cluster,
                2,
                job -> {
                  if (job.id().number() == 3) {
                    throw new MirrorFailure(FailureKind.SOURCE_NOT_FOUND, "It is not there.");
                  }
                })) {
      publisher.publish(new Submission(RUN, null, Jobs.jobs(RUN, 4), List.of()));

      Ended ended = run(example, settings.bootstrapServers(), RUN.toString(), prefix);

      assertThat(ended.status()).as(ended.err()).isEqualTo(1);
      assertThat(worker.engine().begun()).hasSize(4);
      assertThat(ended.out())
          .hasSize(4)
          .satisfies(lines -> assertThat(lines.get(0)).startsWith("1 MIRRORED "))
          .satisfies(lines -> assertThat(lines.get(2)).startsWith("3 FAILED SOURCE_NOT_FOUND "));
    }
    Ended unknown = run(example, settings.bootstrapServers(), "nobody", prefix);
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("knows no run nobody");
  }
}

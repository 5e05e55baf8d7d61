package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.RegistryCondition;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.ConditionCodec;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.execution.ExecutionSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that wants to be left alone is, by all workers, and holds up no other. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class LimitedRegistryTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int IMAGES = 8;
  private static final Registry SOURCE = new Registry("source.example");

  private final KafkaSettings settings = SharedBroker.settings("limited");

  private static String line(String source, RegistryServer destination, String image) {
    return source + "/" + image + " " + destination.host() + "/" + image + " 1\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "skopeo"})
  void images_of_other_registries_go_on_while_one_answers_429(String engine, @TempDir Path folder)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (RegistryServer limited = new RegistryServer().start();
        RegistryServer healthy = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start();
        FaultyProxy proxy = new FaultyProxy(limited)) {
      StringBuilder list = new StringBuilder();
      for (int number = 1; number <= IMAGES; number++) {
        new ImageCorpus(limited).ociImage("limited/app" + number, "1");
        list.append(line(proxy.host(), destination, "limited/app" + number));
      }
      for (int number = 1; number <= IMAGES; number++) {
        new ImageCorpus(healthy).ociImage("healthy/app" + number, "1");
        list.append(line(healthy.host(), destination, "healthy/app" + number));
      }
      proxy.always("HEAD", "/manifests/", Fault.tooManyRequests("5"));
      proxy.always("GET", "/manifests/", Fault.tooManyRequests("5"));
      Path file = Files.writeString(folder.resolve("list.txt"), list);
      String insecure = String.join(",", proxy.host(), healthy.host(), destination.host());

      Future<CommandRun> run =
          thread.submit(
              () ->
                  CommandRun.of(
                      "mirror",
                      "-f",
                      file.toString(),
                      "-o",
                      folder.resolve("failed.txt").toString(),
                      "-j",
                      "4",
                      "-a",
                      "all",
                      "--engine",
                      engine,
                      "--wait-in-place",
                      "1s",
                      "--attempts",
                      "20",
                      "--insecure-registry=" + insecure));

      RegistryReader reader = new RegistryReader(destination);
      for (int number = 1; number <= IMAGES; number++) {
        String image = "healthy/app" + number;
        await().atMost(SOON).until(() -> reader.digest(image, "1").isPresent());
      }
      assertThat(reader.digest("limited/app1", "1")).isEmpty();
      assertThat(run).isNotDone();
      proxy.well();
      CommandRun ended = run.get(120, TimeUnit.SECONDS);
      assertThat(ended.status()).as(ended.err()).isZero();
      assertThat(ended.err()).contains("waits beside the queue");
      for (int number = 1; number <= IMAGES; number++) {
        assertThat(reader.digest("limited/app" + number, "1")).isPresent();
      }
    } finally {
      thread.shutdownNow();
    }
  }

  private static void submit(Cluster cluster, String run, int jobs) throws InterruptedException {
    RunId id = new RunId(run);
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publisher.publish(new Submission(id, null, Jobs.jobs(id, jobs), List.of()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueueMode.class,
      names = {"SHARE", "CLASSIC"})
  void what_one_worker_is_told_no_other_asks_again(QueueMode mode) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ScriptedEngine.Script limited =
        job -> {
          asked.incrementAndGet();
          throw new MirrorFailure(
              FailureKind.RATE_LIMITED,
              "source.example answered 429",
              SOURCE,
              List.of(),
              Duration.ofHours(1),
              null);
        };
    try (Cluster cluster = Cluster.open(settings, mode, 1);
        ScriptedWorker one = new ScriptedWorker(cluster, 2, ExecutionSettings.DEFAULT, limited);
        ScriptedWorker other = new ScriptedWorker(cluster, 2, ExecutionSettings.DEFAULT, limited)) {
      submit(cluster, "run-a", 1);
      await().atMost(SOON).until(() -> cluster.parked().all().size() == 1);
      await()
          .atMost(SOON)
          .until(
              () ->
                  one.limits().closedUntil(SOURCE).isPresent()
                      && other.limits().closedUntil(SOURCE).isPresent());

      submit(cluster, "run-b", 12);

      await().atMost(SOON).until(() -> cluster.parked().all().size() == 13);
      assertThat(asked).hasValue(1);
      // A worker that comes later knows it from the topic.
      try (ScriptedWorker late =
          new ScriptedWorker(cluster, 2, ExecutionSettings.DEFAULT, limited)) {
        await().atMost(SOON).until(() -> late.limits().closedUntil(SOURCE).isPresent());
      }
    }
  }

  @Test
  void what_anybody_else_writes_there_holds_up_nobody_for_good() throws Exception {
    RegistryCondition stale =
        new RegistryCondition(
            SOURCE,
            Instant.parse("9999-01-01T00:00:00Z"),
            null,
            "hostile",
            Instant.now().minus(Duration.ofDays(1)));
    try (Cluster cluster = Cluster.open(settings, QueueMode.SHARE, 1);
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(settings.producer("hostile"))) {
      String topic = settings.topics().registries();
      byte[] noJson = "no json".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic, "source.example", noJson)).get();
      producer
          .send(new ProducerRecord<>(topic, "source.example", ConditionCodec.encode(stale)))
          .get();
      producer.send(new ProducerRecord<>(topic, "other", ConditionCodec.encode(stale))).get();
      submit(cluster, "run-c", 5);
      try (ScriptedWorker worker = new ScriptedWorker(cluster, 2, job -> {})) {
        await().atMost(SOON).until(() -> worker.engine().begun().size() == 5);
      }
    }
  }
}

package io.imagetools.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.execution.CircuitState;
import io.imagetools.worker.execution.Results;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerMetricsTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Measurements measurements = new Measurements();
  private final WorkerMetrics metrics = new WorkerMetrics(measurements);
  private final Results results = metrics.measured(new Silent());

  private static final class Silent implements Results {
    @Override
    public void started(JobEvent.Started event) {}

    @Override
    public void finished(JobEvent.Finished event) {}
  }

  @AfterEach
  void close() {
    measurements.close();
  }

  private static Delivery delivery(int number) {
    MirrorJob job =
        new MirrorJob(
            new JobId(new RunId("run-1"), number),
            number,
            ImageReference.parse("source.example/app:1"),
            ImageReference.parse("destination.example/app:1"),
            PlatformSelector.ALL,
            false,
            false);
    return new Delivery(job, 1);
  }

  private void finish(Delivery delivery, Outcome outcome) throws InterruptedException {
    results.finished(
        new JobEvent.Finished(
            new MirrorResult(
                delivery.job(),
                outcome,
                2,
                1,
                BEGIN,
                BEGIN.plusSeconds(3),
                new ByteCounts(10, 20, 30),
                null,
                null,
                List.of(),
                List.of(),
                "w")));
  }

  /** Values by name with labels, of ours only. */
  private Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    measurements
        .text()
        .lines()
        .filter(line -> line.startsWith("imagetools_"))
        .forEach(
            line -> {
              int blank = line.lastIndexOf(' ');
              values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
            });
    return values;
  }

  private double sum(String name) {
    return values().entrySet().stream()
        .filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private JobHandler.Verdict handle(Delivery delivery, int choice) {
    try {
      switch (choice) {
        case 0 -> finish(delivery, new Outcome.Mirrored());
        case 1 -> finish(delivery, new Outcome.Unchanged());
        case 2 -> finish(delivery, new Outcome.Cancelled("stopped"));
        case 3 ->
            finish(delivery, new Outcome.Failed(FailureKind.NETWORK, "no connection", List.of()));
        case 4 -> {
          return JobHandler.Verdict.RELEASE;
        }
        default -> {} // parked: acknowledged without a result
      }
      return JobHandler.Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void the_equations_hold_after_many_jobs_on_many_threads() throws InterruptedException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int jobs = 2_000;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int[] choices = random.ints(jobs, 0, 6).toArray();
    for (int i = 0; i < jobs; i++) {
      int number = i + 1;
      JobHandler handler = metrics.measured(each -> handle(each, choices[number - 1]));
      threads.execute(() -> handler.handle(delivery(number)));
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

    double finished = sum("imagetools_jobs_finished_total");
    assertThat(sum("imagetools_jobs_taken_total"))
        .as("seed %d", seed)
        .isEqualTo(jobs)
        .isEqualTo(
            finished
                + sum("imagetools_jobs_parked_total")
                + sum("imagetools_jobs_returned_total")
                + sum("imagetools_jobs_running"));
    assertThat(sum("imagetools_job_seconds_count")).isEqualTo(finished);
    assertThat(sum("imagetools_attempts_total")).isEqualTo(2 * finished);
    assertThat(values())
        .containsEntry("imagetools_blobs_bytes_total{how=\"copied\"}", 10 * finished)
        .containsEntry("imagetools_blobs_bytes_total{how=\"mounted\"}", 20 * finished)
        .containsEntry("imagetools_blobs_bytes_total{how=\"skipped\"}", 30 * finished)
        .containsKey("imagetools_jobs_finished_total{kind=\"NETWORK\",outcome=\"failed\"}");
  }

  /** Else an alert on its increase does not see the first ones. */
  @Test
  void every_kind_of_failure_is_there_with_0_before_the_first() {
    for (FailureKind kind : FailureKind.values()) {
      assertThat(values())
          .containsEntry(
              "imagetools_jobs_finished_total{kind=\"" + kind + "\",outcome=\"failed\"}", 0.0);
    }
  }

  @Test
  void jobs_that_are_answered_together_are_counted_each() {
    JobHandler handler =
        metrics.measured(
            new JobHandler() {
              @Override
              public Verdict handle(Delivery delivery) {
                return Verdict.RELEASE;
              }

              @Override
              public boolean isUnwanted(RunId run) {
                return true;
              }

              @Override
              public Verdict answerUnwanted(List<Delivery> deliveries) {
                if (deliveries.size() == 1) {
                  return Verdict.RELEASE;
                }
                deliveries.forEach(each -> WorkerMetricsTest.this.handle(each, 2));
                return Verdict.ACKNOWLEDGE;
              }
            });

    assertThat(handler.isUnwanted(new RunId("run-1"))).isTrue();
    handler.answerUnwanted(List.of(delivery(1), delivery(2)));
    handler.answerUnwanted(List.of(delivery(3)));

    assertThat(sum("imagetools_jobs_taken_total")).isEqualTo(3);
    assertThat(sum("imagetools_jobs_finished_total")).isEqualTo(2);
    assertThat(sum("imagetools_jobs_returned_total")).isEqualTo(1);
    assertThat(sum("imagetools_jobs_parked_total")).isZero();
  }

  @Test
  void a_job_in_progress_is_taken_and_running() throws InterruptedException {
    metrics.slots(4);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    JobHandler handler =
        metrics.measured(
            each -> {
              inside.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return JobHandler.Verdict.RELEASE;
            });
    Thread thread = new Thread(() -> handler.handle(delivery(1)));
    thread.start();
    inside.await();

    assertThat(sum("imagetools_jobs_taken_total")).isEqualTo(1);
    assertThat(sum("imagetools_jobs_running")).isEqualTo(1);
    assertThat(sum("imagetools_jobs_returned_total")).isZero();
    assertThat(sum("imagetools_slots")).isEqualTo(4);

    go.countDown();
    thread.join();
    assertThat(sum("imagetools_jobs_running")).isZero();
    assertThat(sum("imagetools_jobs_returned_total")).isEqualTo(1);
  }

  @Test
  void a_circuit_is_seen_as_long_as_its_registry_is_known() {
    Map<Registry, CircuitState> circuits = new TreeMap<>();
    metrics.circuits(() -> circuits);
    circuits.put(new Registry("ill.example"), CircuitState.OPEN);
    circuits.put(new Registry("well.example"), CircuitState.CLOSED);

    assertThat(values())
        .containsEntry("imagetools_registry_circuit{registry=\"ill.example\"}", 1.0)
        .containsEntry("imagetools_registry_circuit{registry=\"well.example\"}", 0.0);

    circuits.remove(new Registry("ill.example"));
    assertThat(values())
        .doesNotContainKey("imagetools_registry_circuit{registry=\"ill.example\"}")
        .containsKey("imagetools_registry_circuit{registry=\"well.example\"}");
  }
}

package io.imagetools.worker.execution;

import static io.imagetools.worker.execution.Given.NOTHING_CANCELLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.LogContext;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class MirrorJobHandlerTest {
  private static final Delivery DELIVERY = new Delivery(Given.job(), 1);
  private static final String A = "source.example/library/app:1.0";
  private static final String B = "destination.example/mirror/app:1.0";

  private final ManualTime time = new ManualTime();
  private final RecordingResults results = new RecordingResults();

  @AfterEach
  void endInterrupt() {
    Thread.interrupted();
  }

  private MirrorJobHandler handler(ScriptedEngine.Script script) {
    return handler(script, results);
  }

  private MirrorJobHandler handler(ScriptedEngine.Script script, Results where) {
    return new MirrorJobHandler(
        Given.attempts(new ScriptedEngine(script), time),
        where,
        Given.NO_PARKING,
        NOTHING_CANCELLED,
        time,
        "w1");
  }

  @Test
  void a_copied_image_is_announced_and_reported() {
    Verdict verdict = handler((job, call) -> Given.copied()).handle(DELIVERY);

    assertThat(verdict).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(results.events)
        .containsExactly(
            new JobEvent.Started(Given.job(), "w1", time.instant(), 1),
            new JobEvent.Finished(
                new MirrorResult(
                    Given.job(),
                    new Outcome.Mirrored(),
                    1,
                    1,
                    time.instant(),
                    time.instant(),
                    new ByteCounts(10, 0, 5),
                    Given.copied().sourceDigest(),
                    Given.copied().destinationDigest(),
                    List.of(),
                    List.of(),
                    "w1")));
  }

  @Test
  void an_image_that_was_there_is_unchanged() {
    handler((job, call) -> Given.report(false)).handle(DELIVERY);
    assertThat(result().outcome()).isEqualTo(new Outcome.Unchanged());
  }

  @Test
  void a_failure_is_a_result_with_its_kind_message_and_evidence() {
    Verdict verdict = handler(failing(FailureKind.TIMEOUT)).handle(new Delivery(Given.job(), 3));

    assertThat(verdict).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(result().outcome())
        .isEqualTo(
            new Outcome.Failed(
                FailureKind.TIMEOUT, "Tried it, but it failed.", List.of("last line")));
    assertThat(result().attempts()).isEqualTo(5);
    assertThat(result().delivery()).isEqualTo(3);
    assertThat(result().finishedAt()).isAfter(result().startedAt());
  }

  @Test
  void the_job_is_acknowledged_after_its_result_and_not_before() throws Exception {
    Semaphore broker = new Semaphore(0);
    Results slow =
        new Results() {
          @Override
          public void started(JobEvent.Started event) {}

          @Override
          public void finished(JobEvent.Finished event) throws InterruptedException {
            broker.acquire();
            results.finished(event);
          }
        };
    ExecutorService slot = Executors.newSingleThreadExecutor();
    try {
      Future<Verdict> verdict =
          slot.submit(() -> handler((job, call) -> Given.copied(), slow).handle(DELIVERY));
      await().atMost(Duration.ofMinutes(2)).until(broker::hasQueuedThreads);
      assertThat(verdict.isDone()).isFalse();
      broker.release();
      assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
      assertThat(results.finished()).hasSize(1);
    } finally {
      slot.shutdownNow();
    }
  }

  @Test
  void an_interrupted_job_is_released_and_nothing_is_published() {
    Verdict verdict =
        handler(
                (job, call) -> {
                  throw new InterruptedException("stopped");
                })
            .handle(DELIVERY);

    assertThat(verdict).isEqualTo(Verdict.RELEASE);
    assertThat(results.finished()).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void a_job_that_ends_in_spite_of_the_interrupt_is_answered() {
    Verdict verdict =
        handler(
                (job, call) -> {
                  Thread.currentThread().interrupt();
                  return Given.copied();
                })
            .handle(DELIVERY);

    assertThat(verdict).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(result().outcome()).isEqualTo(new Outcome.Mirrored());
    assertThat(Thread.currentThread().isInterrupted()).as("kept for the queue").isTrue();
  }

  @Test
  void an_interrupt_between_two_attempts_releases_the_job() {
    Verdict verdict =
        handler(
                (job, call) -> {
                  if (call == 1) {
                    throw Given.failure(FailureKind.NETWORK);
                  }
                  Thread.currentThread().interrupt();
                  throw Given.failure(FailureKind.NETWORK);
                })
            .handle(DELIVERY);

    assertThat(verdict).isEqualTo(Verdict.RELEASE);
    assertThat(results.finished()).isEmpty();
  }

  @Test
  void a_result_that_can_not_be_published_releases_the_job() {
    Results broken =
        new Results() {
          @Override
          public void started(JobEvent.Started event) {
            throw new IllegalStateException("closed");
          }

          @Override
          public void finished(JobEvent.Finished event) {
            throw new NoClassDefFoundError("gone");
          }
        };
    try (LogCapture log = new LogCapture(MirrorJobHandler.class)) {
      Verdict verdict = handler((job, call) -> Given.copied(), broken).handle(DELIVERY);

      assertThat(verdict).isEqualTo(Verdict.RELEASE);
      assertThat(log.lines())
          .contains(
              "ERROR The result of job run-1/7 could not be published:"
                  + " java.lang.NoClassDefFoundError: gone; the job goes back to the queue and is"
                  + " handed out again");
    }
  }

  @Test
  void a_defect_tells_its_class_but_no_secret() {
    handler(
            (job, call) -> {
              throw new IllegalStateException(
                  "GET https://bob:hunter2@r.example/v2/ Authorization: Basic Ym9iOmh1bnRlcjI="
                      + " password=hunter2\nsecond line"
                      + "x".repeat(10_000));
            })
        .handle(DELIVERY);

    Outcome.Failed failed = (Outcome.Failed) result().outcome();
    assertThat(failed.kind()).isEqualTo(FailureKind.ENGINE_DEFECT);
    assertThat(failed.message())
        .startsWith("The engine broke off with java.lang.IllegalStateException: GET https://r.ex")
        .doesNotContain("hunter2", "Ym9i", "\n")
        .hasSizeLessThan(800);
    assertThat(failed.evidence()).hasSizeBetween(1, Defects.MAX_FRAMES);
  }

  @Test
  void what_a_registry_said_is_passed_on_without_secrets() {
    handler(
            (job, call) -> {
              throw new MirrorFailure(
                  FailureKind.DENIED,
                  "Tried https://bob:hunter2@r.example/",
                  Given.SOURCE,
                  List.of("password=hunter2"),
                  null,
                  null);
            })
        .handle(DELIVERY);

    assertThat(result().outcome())
        .isEqualTo(
            new Outcome.Failed(
                FailureKind.DENIED, "Tried https://r.example/", List.of("password=(left out)")));
  }

  @Test
  void a_job_of_a_cancelled_run_is_answered_without_being_begun() {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());
    MirrorJobHandler handler =
        new MirrorJobHandler(
            Given.attempts(engine, time), results, Given.NO_PARKING, Given.RUN::equals, time, "w1");

    assertThat(handler.handle(DELIVERY)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(engine.calls()).isZero();
    assertThat(results.events).hasSize(1);
    assertThat(result().outcome()).isEqualTo(new Outcome.Cancelled("Run run-1 was cancelled"));
    assertThat(result().attempts()).isZero();
  }

  @Test
  void a_job_that_no_worker_survives_is_answered_as_failed() {
    Verdict verdict =
        handler((job, call) -> Given.copied()).exhausted(new Delivery(Given.job(), 11));

    assertThat(verdict).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(result().outcome())
        .isEqualTo(
            new Outcome.Failed(
                FailureKind.NO_RESULT,
                "The job was delivered 10 times, and its worker died or lost it each time",
                List.of()));
    assertThat(result().delivery()).isEqualTo(11);
  }

  @Test
  void the_log_tells_the_story_of_a_job_under_its_run_and_number() {
    try (LogCapture log = new LogCapture(MirrorJobHandler.class)) {
      handler((job, call) -> Given.copied()).handle(DELIVERY);
      handler((job, call) -> Given.report(false)).handle(DELIVERY);
      handler(failing(FailureKind.DENIED)).handle(DELIVERY);

      String begin = "INFO SOURCE: [" + A + "] DEST: [destination.example/mirror/app] TAG: [1.0]";
      assertThat(log.lines())
          .filteredOn(line -> !line.startsWith("DEBUG"))
          .containsExactly(
              begin,
              "INFO Successfully copied " + A + " => " + B + ".",
              begin,
              "INFO Unchanged: " + A + " == " + B,
              begin,
              "ERROR Failed to copy image ["
                  + A
                  + "]: Tried it, but it failed; kind DENIED. It goes into the failed list.");
      assertThat(log.events())
          .allSatisfy(
              event ->
                  assertThat(event.getMDCPropertyMap())
                      .containsEntry(LogContext.RUN, "run-1")
                      .containsEntry(LogContext.JOB, "7"));
    }
  }

  private MirrorResult result() {
    assertThat(results.finished()).hasSize(1);
    return results.finished().get(0);
  }

  private static ScriptedEngine.Script failing(FailureKind kind) {
    MirrorFailure failure = Given.failure(kind);
    return (job, call) -> {
      throw failure;
    };
  }
}

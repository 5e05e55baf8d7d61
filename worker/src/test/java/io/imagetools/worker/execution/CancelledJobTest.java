package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler.Verdict;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run is cancelled while one of its jobs is copied. */
@Timeout(300)
class CancelledJobTest {
  private static final Delivery DELIVERY = new Delivery(Given.job(), 2);

  private final ManualTime time = new ManualTime();
  private final RecordingResults results = new RecordingResults();
  private final Set<RunId> cancelled = ConcurrentHashMap.newKeySet();
  private final ExecutorService slot = Executors.newSingleThreadExecutor();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch copied = new CountDownLatch(1);

  @AfterEach
  void endSlot() {
    slot.shutdownNow();
  }

  private MirrorJobHandler handler(ScriptedEngine.Script script) {
    return new MirrorJobHandler(
        Given.attempts(new ScriptedEngine(script), time),
        results,
        Given.NO_PARKING,
        cancelled::contains,
        time,
        "w1");
  }

  /** Copies until the test says that it is copied. */
  private MirrorJobHandler copying() {
    return handler(
        (job, call) -> {
          begun.countDown();
          copied.await();
          return Given.copied();
        });
  }

  private void cancel(MirrorJobHandler handler, RunId run) {
    cancelled.add(run);
    handler.runCancelled(run);
  }

  private Outcome outcome() {
    return results.finished().get(0).outcome();
  }

  @Test
  void the_copy_is_broken_off_and_the_job_is_answered_as_cancelled() throws Exception {
    MirrorJobHandler handler = copying();
    Future<Verdict> verdict = slot.submit(() -> handler.handle(DELIVERY));
    begun.await();

    cancel(handler, Given.RUN);

    assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(outcome())
        .isEqualTo(new Outcome.Cancelled("Run run-1 was cancelled while it was copied"));
    assertThat(results.finished().get(0).attempts()).isEqualTo(1);
    assertThat(slot.submit(Thread::interrupted).get()).as("the slot's interrupt").isFalse();
  }

  @Test
  void the_jobs_of_other_runs_go_on() throws Exception {
    MirrorJobHandler handler = copying();
    Future<Verdict> verdict = slot.submit(() -> handler.handle(DELIVERY));
    begun.await();

    cancel(handler, new RunId("run-2"));
    copied.countDown();

    assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(outcome()).isEqualTo(new Outcome.Mirrored());
  }

  @Test
  void an_interrupt_by_the_queue_still_releases_the_job() throws Exception {
    MirrorJobHandler handler = copying();
    Future<Verdict> verdict = slot.submit(() -> handler.handle(DELIVERY));
    begun.await();
    cancel(handler, new RunId("run-2"));

    slot.shutdownNow();

    assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.RELEASE);
    assertThat(results.finished()).isEmpty();
  }

  @Test
  void a_success_in_the_same_moment_counts() throws Exception {
    MirrorJobHandler[] itself = new MirrorJobHandler[1];
    itself[0] =
        handler(
            (job, call) -> {
              cancel(itself[0], Given.RUN);
              return Given.copied();
            });

    Verdict verdict = slot.submit(() -> itself[0].handle(DELIVERY)).get(2, TimeUnit.MINUTES);

    assertThat(verdict).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(outcome()).isEqualTo(new Outcome.Mirrored());
    assertThat(slot.submit(Thread::interrupted).get()).as("the slot's interrupt").isFalse();
  }

  @Test
  void a_job_of_a_cancelled_run_is_not_begun() throws Exception {
    MirrorJobHandler handler = copying();
    cancel(handler, Given.RUN);

    assertThat(handler.handle(DELIVERY)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(outcome()).isEqualTo(new Outcome.Cancelled("Run run-1 was cancelled"));
    assertThat(begun.getCount()).isOne();
  }

  @Test
  void jobs_that_are_only_to_be_answered_are_answered_together_and_not_begun() {
    MirrorJobHandler handler = copying();
    assertThat(handler.isUnwanted(Given.RUN)).isFalse();
    cancel(handler, Given.RUN);
    assertThat(handler.isUnwanted(Given.RUN)).isTrue();

    assertThat(handler.answerUnwanted(List.of(DELIVERY, new Delivery(Given.job(), 1))))
        .isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(results.finished())
        .hasSize(2)
        .allMatch(
            result ->
                result.outcome().equals(new Outcome.Cancelled("Run run-1 was cancelled"))
                    && result.attempts() == 0);
    assertThat(results.finished().get(0).delivery()).isEqualTo(2);
    assertThat(begun.getCount()).isOne();
  }

  @Test
  void without_the_broker_s_word_on_all_results_none_of_the_jobs_is_acknowledged() {
    Results failing =
        new Results() {
          @Override
          public void started(JobEvent.Started event) {}

          @Override
          public void finished(JobEvent.Finished event) throws InterruptedException {
            results.finished(event);
            if (results.finished().size() == 2) {
              throw new InterruptedException("scripted");
            }
          }
        };
    MirrorJobHandler handler =
        new MirrorJobHandler(
            Given.attempts(new ScriptedEngine((job, call) -> Given.copied()), time),
            failing,
            Given.NO_PARKING,
            run -> true,
            time,
            "w1");

    assertThat(handler.answerUnwanted(List.of(DELIVERY, DELIVERY, DELIVERY)))
        .isEqualTo(Verdict.RELEASE);
    assertThat(Thread.interrupted()).as("the interrupt is kept for the queue").isTrue();
  }
}

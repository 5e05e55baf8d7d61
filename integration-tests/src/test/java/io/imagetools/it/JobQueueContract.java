package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every queue keeps of its word. */
@Timeout(300)
abstract class JobQueueContract {
  /** How long a job may wait for whatever a queue does before it hands it out. */
  protected static final Duration SOON = Duration.ofSeconds(90);

  /** Which delivery is the last that reaches the handler. */
  protected static final int DELIVERIES = 3;

  protected final RunId run = new RunId("run-1");
  protected final Performed performed = new Performed();

  /** Whether a job that runs is begun elsewhere too when a worker joins. */
  protected boolean runningJobsMove() {
    return false;
  }

  /** Returns when so many workers that were started have their part of the queue. */
  protected void awaitJoined(int workers) throws Exception {}

  /** How long a job is held without a renewal. */
  protected abstract Duration lock();

  /** A queue of one worker; all queues of a test have the same jobs. Closed by the test. */
  protected abstract JobQueue queue(String worker, JobHandler exhausted);

  /** Puts jobs into it. */
  protected abstract void publish(List<MirrorJob> jobs) throws Exception;

  protected final JobQueue queue(String worker) {
    return queue(worker, delivery -> JobHandler.Verdict.RELEASE);
  }

  @Test
  void every_job_is_done_once_and_no_slot_stands_idle() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of job times: " + seed);
    Random random = new Random(seed);
    List<MirrorJob> jobs = Jobs.jobs(run, 300);
    Map<JobId, Duration> times =
        jobs.stream()
            .collect(
                Collectors.toMap(MirrorJob::id, job -> Duration.ofMillis(random.nextInt(1500))));
    publish(jobs);
    try (JobQueue queue = queue("w")) {
      assertThat(queue.check().ok()).isTrue();
      SlotTimes slots = new SlotTimes(20);
      queue.start(20, slots.of(performed.taking(at(times::get), JobHandler.Verdict.ACKNOWLEDGE)));
      await().atMost(Duration.ofMinutes(2)).until(() -> performed.finished().size() == 300);
      double used = slots.used();
      System.out.printf("300 jobs, slots used %.0f %%%n", used * 100);
      assertThat(performed.begunAgain()).isEmpty();
      assertThat(performed.most()).isEqualTo(20);
      assertThat(used).isGreaterThan(0.5);
    }
    assertThat(performed.begunAgain()).isEmpty();
  }

  @Test
  void a_worker_that_joins_takes_its_share_and_nothing_is_done_twice() throws Exception {
    publish(Jobs.jobs(run, 12));
    Performed atNew = new Performed();
    try (JobQueue old = queue("old");
        JobQueue joining = queue("joining")) {
      old.start(3, performed.taking(Duration.ofMillis(800)));
      await().atMost(SOON).until(() -> performed.finished().size() >= 3);
      joining.start(3, atNew.taking(Duration.ofMillis(800)));
      AtomicInteger last = new AtomicInteger(12);
      await() // as many a second as the old one does
          .pollInterval(Duration.ofSeconds(1))
          .atMost(SOON)
          .until(
              () -> {
                publish(next(last, 4));
                return !atNew.finished().isEmpty();
              });
      publish(next(last, 40));
      await()
          .atMost(SOON)
          .until(() -> performed.finished().size() + atNew.finished().size() >= last.get());
    }
    assertThat(atNew.finished()).hasSizeGreaterThan(10);
    Set<JobId> twice = new HashSet<>(performed.finished());
    twice.retainAll(atNew.finished());
    assertThat(twice).hasSizeLessThanOrEqualTo(runningJobsMove() ? 3 : 0);
    assertThat(performed.begunAgain()).isEmpty();
    assertThat(atNew.begunAgain()).isEmpty();
  }

  private List<MirrorJob> next(AtomicInteger last, int count) {
    return IntStream.range(0, count)
        .mapToObj(unused -> Jobs.job(run, last.incrementAndGet()))
        .toList();
  }

  @Test
  void a_job_that_takes_longer_than_its_lock_is_done_once() throws Exception {
    try (JobQueue queue = queue("w");
        JobQueue idle = queue("idle")) {
      JobHandler handler = performed.taking(lock().multipliedBy(7).dividedBy(2));
      queue.start(2, handler);
      idle.start(2, handler);
      awaitJoined(2);
      publish(Jobs.jobs(run, 2));
      await().atMost(Duration.ofSeconds(90)).until(() -> performed.finished().size() == 2);
    }
    assertThat(performed.begunAgain()).isEmpty();
  }

  @Test
  void a_released_job_is_handed_out_again_with_a_higher_number() throws Exception {
    publish(Jobs.jobs(run, 1));
    JobHandler releasing = performed.taking(any(), JobHandler.Verdict.RELEASE);
    JobHandler done = performed.taking(any(), JobHandler.Verdict.ACKNOWLEDGE);
    try (JobQueue queue = queue("w")) {
      queue.start(1, given -> (given.number() == 1 ? releasing : done).handle(given));
      JobId id = new JobId(run, 1);
      await().atMost(SOON).until(() -> performed.finished(id) == 2);
      assertThat(performed.deliveries(id)).containsExactly(1, 2);
    }
  }

  @Test
  void a_handler_that_throws_gives_the_job_back_and_the_slot_goes_on() throws Exception {
    publish(Jobs.jobs(run, 3));
    JobHandler done = performed.taking(Duration.ZERO);
    try (JobQueue queue = queue("w")) {
      queue.start(
          1,
          given -> {
            if (given.number() == 1) {
              throw new IllegalStateException("scripted");
            }
            return done.handle(given);
          });
      await().atMost(SOON).until(() -> performed.finished().size() == 3);
    }
  }

  @Test
  void a_queue_that_stops_lets_running_jobs_end_and_takes_no_other() throws Exception {
    publish(Jobs.jobs(run, 10));
    JobQueue queue = queue("w");
    CountDownLatch end = new CountDownLatch(1);
    queue.start(2, performed.until(end)); // slots do not begin at the same moment
    await().atMost(SOON).until(() -> performed.now() == 2 && queue.running() == 2);
    CompletableFuture<Void> ending =
        CompletableFuture.runAsync(
            end::countDown, CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));
    queue.stop(Duration.ofSeconds(60));
    ending.join();
    assertThat(queue.running()).isZero();
    assertThat(performed.finished()).hasSize(2);
    assertThat(performed.interrupted(new JobId(run, 1))).isZero();
    queue.stop(Duration.ofSeconds(60));
    queue.close();
    try (JobQueue next = queue("next")) {
      next.start(4, performed.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> performed.finished().size() == 10);
    }
    assertThat(performed.begunAgain()).isEmpty();
  }

  @Test
  void a_job_that_does_not_end_in_the_drain_time_is_interrupted_and_soon_done_elsewhere()
      throws Exception {
    publish(Jobs.jobs(run, 2));
    Performed elsewhere = new Performed();
    JobQueue stopping = queue("stopping");
    try (JobQueue other = queue("other")) {
      stopping.start(2, performed.taking(Duration.ofMinutes(10)));
      await().atMost(SOON).until(() -> performed.now() == 2);
      other.start(2, elsewhere.taking(Duration.ZERO));
      long start = System.nanoTime();
      stopping.stop(Duration.ofMillis(500));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
      await().atMost(SOON).until(() -> elsewhere.finished().size() == 2);
    }
    assertThat(performed.finished()).isEmpty();
    assertThat(performed.interrupted(new JobId(run, 1))).isOne();
  }

  /** A rolling update, and copies that take longer than the time to drain. */
  @Test
  void a_job_that_nine_stopping_queues_gave_back_is_not_held_against_it() throws Exception {
    JobId id = new JobId(run, 1);
    publish(Jobs.jobs(run, 1));
    Performed reported = new Performed();
    for (int stop = 1; stop <= 9; stop++) {
      int begun = stop;
      try (JobQueue stopping = queue("w" + stop, reported.taking(Duration.ZERO))) {
        stopping.start(1, performed.taking(Duration.ofMinutes(10)));
        await().atMost(SOON).until(() -> performed.begun(id) == begun || reported.begun(id) > 0);
      }
      assertThat(reported.finished()).as("given up after %d stops", begun - 1).isEmpty();
    }
    Performed after = new Performed();
    try (JobQueue tenth = queue("tenth", reported.taking(Duration.ZERO))) {
      tenth.start(1, after.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> after.finished(id) == 1);
      publish(List.of(Jobs.job(run, 2))); // behind whatever else is on the queue
      await().atMost(SOON).until(() -> after.finished(new JobId(run, 2)) == 1);
    }
    assertThat(reported.finished()).isEmpty();
    assertThat(performed.interrupted(id)).isEqualTo(9);
    assertThat(after.begunAgain()).as("on the queue twice").isEmpty();
  }

  @Test
  void an_idle_queue_stops_at_once() throws Exception {
    JobQueue queue = queue("w");
    queue.start(20, performed.taking(Duration.ZERO));
    publish(Jobs.jobs(run, 1));
    await().atMost(SOON).until(() -> performed.finished().size() == 1);
    long start = System.nanoTime();
    queue.stop(Duration.ofMinutes(5));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void a_second_stop_cuts_the_first_one_short() throws Exception {
    publish(Jobs.jobs(run, 1));
    JobQueue queue = queue("w");
    queue.start(1, performed.taking(Duration.ofMinutes(10)));
    await().atMost(SOON).until(() -> performed.now() == 1);
    ExecutorService patient = Executors.newSingleThreadExecutor();
    try {
      Future<?> stopping = patient.submit(() -> queue.stop(Duration.ofMinutes(10)));
      ExecutorService hasty = Executors.newSingleThreadExecutor();
      Future<?> closing = hasty.submit(queue::close);
      stopping.get(60, TimeUnit.SECONDS);
      closing.get(60, TimeUnit.SECONDS);
      hasty.shutdownNow();
    } finally {
      patient.shutdownNow();
    }
    assertThat(performed.interrupted(new JobId(run, 1))).isOne();
  }

  @Test
  void a_job_that_was_handed_out_too_often_is_reported_and_ends() throws Exception {
    publish(Jobs.jobs(run, 2));
    JobHandler releasing = performed.taking(any(), JobHandler.Verdict.RELEASE);
    JobHandler done = performed.taking(any(), JobHandler.Verdict.ACKNOWLEDGE);
    Performed reported = new Performed();
    JobId poison = new JobId(run, 1);
    try (JobQueue queue = queue("w", reported.taking(Duration.ZERO))) {
      queue.start(1, given -> (given.job().id().equals(poison) ? releasing : done).handle(given));
      await().atMost(SOON).until(() -> performed.finished(new JobId(run, 2)) == 1);
      await().atMost(SOON).until(() -> reported.finished(poison) == 1);
      publish(List.of(Jobs.job(run, 3)));
      await().atMost(SOON).until(() -> performed.finished(new JobId(run, 3)) == 1);
    }
    assertThat(performed.begun(poison)).isEqualTo(DELIVERIES);
    assertThat(reported.begun(poison)).isOne();
    assertThat(reported.finished()).containsExactly(poison);
  }

  protected static Function<Delivery, Duration> any() {
    return at(id -> Duration.ZERO);
  }

  private static Function<Delivery, Duration> at(Function<JobId, Duration> time) {
    return delivery -> time.apply(delivery.job().id());
  }
}

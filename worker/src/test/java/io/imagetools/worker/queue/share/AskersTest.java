package io.imagetools.worker.queue.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AskersTest {
  private static final int SLOTS = 20;
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private final StopSignal stop = new StopSignal();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Thread> begun = ConcurrentHashMap.newKeySet();
  private final AtomicInteger beginnings = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();
  private final Queue<Integer> admitted = new ConcurrentLinkedQueue<>();
  private OptionalLong jobs = OptionalLong.of(0);
  private final Askers askers = new Askers(SLOTS, () -> jobs, stop, now::get);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void few_slots_of_an_idle_worker_join() {
    allWantToJoin();
    staysAt(joined, Askers.LEAST);
  }

  @Test
  void as_many_join_as_there_are_jobs_for() throws Exception {
    jobs = OptionalLong.of(7);
    askers.seeHowManyJobs();
    allWantToJoin();
    staysAt(joined, 7);
  }

  @Test
  void all_join_if_nobody_knows_how_many_jobs_there_are() throws Exception {
    allWantToJoin();
    staysAt(joined, Askers.LEAST);
    jobs = OptionalLong.empty();
    askers.seeHowManyJobs();
    staysAt(joined, SLOTS);
  }

  @Test
  void a_slot_that_got_a_job_makes_room_for_one_that_has_not_joined() {
    allWantToJoin();
    staysAt(joined, Askers.LEAST);
    answerNext();
    staysAt(joined, Askers.LEAST + 1);
  }

  @Test
  void a_member_that_waits_for_its_turn_goes_first() throws Exception {
    join(Askers.LEAST);
    wantToAsk();
    staysAt(asked, 0);
    wantToJoin();
    askers.answered(1);
    staysAt(asked, 1);
    assertThat(joined).hasValue(Askers.LEAST);
    askers.answered(2);
    staysAt(joined, Askers.LEAST + 1);
  }

  @Test
  void one_of_too_many_may_leave_and_joins_again_when_there_are_jobs() throws Exception {
    jobs = OptionalLong.of(3);
    askers.seeHowManyJobs();
    join(3);
    assertThat(askers.tooMany()).isTrue();
    askers.left(1);
    assertThat(askers.tooMany()).isFalse();
    wantToJoin();
    staysAt(joined, 3);
    askers.seeHowManyJobs();
    staysAt(joined, 4);
  }

  @Test
  void nobody_waits_after_the_stop() throws Exception {
    join(Askers.LEAST);
    Future<Boolean> joining = join();
    Future<Boolean> asking = ask();
    staysAt(asked, 0);
    stop.request();
    askers.wakeUp();
    assertThat(joining.get()).isFalse();
    assertThat(asking.get()).isFalse();
  }

  @Test
  void more_and_more_may_ask_while_answers_are_prompt() throws Exception {
    join(Askers.LEAST);
    for (int i = 0; i < SLOTS; i++) {
      wantToAsk();
    }
    answerNext();
    answerNext();
    staysAt(asked, 2 * Askers.LEAST);
    answerNext();
    answerNext();
    staysAt(asked, 4 * Askers.LEAST);
  }

  @Test
  void only_a_few_may_ask_when_one_has_to_wait() throws Exception {
    join(Askers.LEAST);
    for (int i = 0; i < SLOTS; i++) {
      wantToAsk();
    }
    now.addAndGet(Askers.PROMPT.plusMillis(1).toNanos());
    answerNext();
    answerNext();
    staysAt(asked, Askers.LEAST);
    answerNext();
    staysAt(asked, 2 + Askers.LEAST);
    now.addAndGet(Askers.PROMPT.plusMillis(1).toNanos());
    answerNext();
    staysAt(asked, 2 + Askers.LEAST);
  }

  private void answerNext() {
    askers.answered(Objects.requireNonNull(admitted.poll()));
  }

  private void allWantToJoin() {
    for (int i = 0; i < SLOTS; i++) {
      wantToJoin();
    }
  }

  private void join(int count) throws ExecutionException, InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(join().get()).isTrue();
    }
  }

  private void wantToJoin() {
    Future<Boolean> unused = join();
  }

  private void wantToAsk() {
    Future<Boolean> unused = ask();
  }

  private Future<Boolean> join() {
    int number = numbers.incrementAndGet();
    return begin(() -> askers.join(number), number, joined);
  }

  private Future<Boolean> ask() {
    int number = numbers.incrementAndGet();
    return begin(() -> askers.ask(number), number, asked);
  }

  private Future<Boolean> begin(Callable<Boolean> wait, int number, AtomicInteger count) {
    return threads.submit(
        () -> {
          begun.add(Thread.currentThread());
          beginnings.incrementAndGet();
          boolean may = wait.call();
          if (may) {
            admitted.add(number);
            count.incrementAndGet();
          }
          return may;
        });
  }

  private void staysAt(AtomicInteger count, int expected) {
    await()
        .during(A_WHILE)
        .atMost(2, TimeUnit.MINUTES)
        .untilAsserted(
            () -> {
              assertThat(allWaitOrAreDone()).isTrue();
              assertThat(count).hasValue(expected);
            });
  }

  /** On a busy machine a thread that was begun may not have asked yet. */
  private boolean allWaitOrAreDone() {
    return beginnings.get() == numbers.get()
        && begun.stream()
            .map(Thread::getState)
            .noneMatch(state -> state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED);
  }
}

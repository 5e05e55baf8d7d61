package io.imagetools.worker.queue.lanes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobHandler.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets the next slot. A job ends when the test says so; then the next one begins. */
@Timeout(120)
class PermitsTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Semaphore> ends = new ConcurrentHashMap<>();
  private final List<String> begun = new ArrayList<>();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Verdict copy(Delivery delivery) {
    String run = delivery.job().id().run().toString();
    synchronized (begun) {
      begun.add(run);
    }
    try {
      if (!end(run).tryAcquire(SOON.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("nobody ended it");
      }
      return Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      return Verdict.RELEASE;
    }
  }

  private Semaphore end(String run) {
    return ends.computeIfAbsent(run, key -> new Semaphore(0));
  }

  private List<String> begun() {
    synchronized (begun) {
      return List.copyOf(begun);
    }
  }

  private void awaitBegun(int count) {
    await().atMost(SOON).until(() -> begun().size() == count);
  }

  private List<Future<Verdict>> handOut(JobHandler queue, String run, int count) {
    List<Future<Verdict>> verdicts = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      Delivery delivery = Deliveries.delivery(run, number);
      verdicts.add(threads.submit(() -> queue.handle(delivery)));
    }
    return verdicts;
  }

  /** Returns when so many wait for a slot: they have asked for one and did not get it. */
  private static void awaitWaiting(Permits permits, int count) {
    await().atMost(SOON).until(() -> permits.waiting() == count);
  }

  @Test
  void a_second_queue_gets_half_of_the_slots_as_they_become_free_and_not_more() {
    Permits permits = new Permits(4, this::copy);
    JobHandler first = permits.share();
    JobHandler second = permits.share();
    handOut(first, "first", 8);
    awaitBegun(4);
    handOut(second, "second", 8);
    awaitWaiting(permits, 4 + 8);

    end("first").release(2);
    awaitBegun(6);
    assertThat(begun().subList(4, 6)).containsOnly("second");

    end("first").release(1); // 1 of the first and 2 of the second are left
    awaitBegun(7);
    assertThat(begun().get(6)).isEqualTo("first");

    end("second").release(1);
    awaitBegun(8);
    assertThat(begun().get(7)).isEqualTo("second");
    assertThat(permits.running()).isEqualTo(4);
  }

  @Test
  void a_queue_gets_all_slots_when_no_other_wants_one() {
    Permits permits = new Permits(4, this::copy);
    JobHandler first = permits.share();
    JobHandler second = permits.share();
    handOut(first, "first", 2);
    awaitBegun(2);
    handOut(second, "second", 4);
    awaitBegun(4);
    awaitWaiting(permits, 2);

    end("first").release(2);

    awaitBegun(6);
    assertThat(begun()).filteredOn("second"::equals).hasSize(4);
  }

  @Test
  void with_one_slot_three_queues_take_turns() {
    Permits permits = new Permits(1, this::copy);
    List<String> runs = List.of("first", "second", "small");
    for (String run : runs) {
      handOut(permits.share(), run, 2);
      awaitWaiting(permits, 2 * runs.indexOf(run) + 1);
    }
    for (int job = 1; job <= 6; job++) {
      awaitBegun(job);
      end(begun().get(job - 1)).release();
    }
    assertThat(begun()).containsExactly("first", "second", "small", "first", "second", "small");
  }

  @Test
  void who_waits_when_the_worker_stops_gives_its_job_back() throws Exception {
    Permits permits = new Permits(1, this::copy);
    JobHandler first = permits.share();
    List<Future<Verdict>> running = handOut(first, "first", 1);
    awaitBegun(1);
    List<Future<Verdict>> waiting = handOut(permits.share(), "second", 2);
    awaitWaiting(permits, 2);

    permits.close();

    for (Future<Verdict> verdict : waiting) {
      assertThat(verdict.get(60, TimeUnit.SECONDS)).isEqualTo(Verdict.RELEASE);
    }
    end("first").release();
    assertThat(running.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(begun()).containsExactly("first");
  }
}

package io.imagetools.worker.queue.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.JobId;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobHandler.Verdict;
import io.imagetools.worker.queue.JobQueue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One worker with two queues, both of which do what the test says. */
@Timeout(300)
class LanedJobQueueTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch go = new CountDownLatch(1);
  private final BlockingQueue<JobId> begun = new LinkedBlockingQueue<>();
  private final ScriptedQueue main = new ScriptedQueue();
  private final List<ScriptedQueue> lanes = new CopyOnWriteArrayList<>();
  private volatile boolean small;

  /** Hands out what the test gives it. */
  private static class ScriptedQueue implements JobQueue {
    volatile @Nullable JobHandler handler;
    volatile int slots;
    final AtomicInteger stops = new AtomicInteger();
    volatile boolean prepared;
    volatile boolean takesNoMore;

    @Override
    public void prepare() {
      prepared = true;
    }

    @Override
    public void start(int count, JobHandler given) {
      handler = given;
      slots = count; // last: a test waits for it
    }

    @Override
    public void takeNoMore() {
      takesNoMore = true;
    }

    @Override
    public void stop(Duration drain) {
      stops.incrementAndGet();
    }

    @Override
    public int running() {
      return 0;
    }

    @Override
    public Check check() {
      return Check.ok("queue", "scripted");
    }

    @Override
    public void close() {
      stop(Duration.ZERO);
    }
  }

  private LanedJobQueue queue() {
    return new LanedJobQueue(
        main, List.of(quarter(this::lane, () -> OptionalLong.of(small ? 1 : 0))));
  }

  private static Lane quarter(Supplier<JobQueue> queues, Lane.Work work) {
    return new Lane("small runs", queues, work, 4);
  }

  private JobQueue lane() {
    ScriptedQueue lane = new ScriptedQueue();
    lanes.add(lane);
    return lane;
  }

  private Verdict copy(Delivery delivery) {
    begun.add(delivery.job().id());
    try {
      go.await();
      return Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      return Verdict.RELEASE;
    }
  }

  private Future<Verdict> handOut(ScriptedQueue queue, int number) {
    JobHandler handler = Objects.requireNonNull(queue.handler);
    return threads.submit(() -> handler.handle(Deliveries.delivery("run-1", number)));
  }

  private int next() throws InterruptedException {
    return Objects.requireNonNull(begun.poll(2, TimeUnit.MINUTES)).number();
  }

  private ScriptedQueue openedLane() throws InterruptedException {
    small = true;
    ScriptedQueue lane = null;
    while (lane == null) {
      assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS)).isFalse();
      lane = lanes.stream().filter(each -> each.slots > 0).findFirst().orElse(null);
    }
    return lane;
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void small_runs_get_a_quarter_of_the_slots_and_only_while_they_wait() throws Exception {
    try (LanedJobQueue queue = queue()) {
      queue.start(8, this::copy);
      assertThat(main.slots).isEqualTo(8);
      assertThat(lanes.get(0).prepared).isTrue();
      assertThat(lanes.get(0).slots).isZero();
      assertThat(openedLane().slots).isEqualTo(2);
      assertThat(lanes).hasSize(2);
    }
    assertThat(main.stops.get()).isPositive();
    assertThat(lanes.get(1).stops.get()).isPositive();
  }

  @Test
  void both_queues_together_take_no_more_than_the_slots_and_who_waits_longest_is_next()
      throws Exception {
    try (LanedJobQueue queue = queue()) {
      queue.start(1, this::copy);
      ScriptedQueue lane = openedLane();
      Future<Verdict> first = handOut(main, 1);
      assertThat(next()).isEqualTo(1);
      Future<Verdict> second = handOut(lane, 2);

      assertThat(begun.poll(200, TimeUnit.MILLISECONDS)).as("a second at once").isNull();
      assertThat(queue.running()).isEqualTo(1);
      go.countDown();

      assertThat(first.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
      assertThat(second.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
      assertThat(next()).isEqualTo(2);
      assertThat(queue.running()).isZero();
    }
  }

  @Test
  void a_job_that_waits_for_a_slot_when_the_worker_stops_is_given_back_and_not_begun()
      throws Exception {
    LanedJobQueue queue = queue();
    queue.start(1, this::copy);
    ScriptedQueue lane = openedLane();
    Future<Verdict> running = handOut(main, 1);
    assertThat(next()).isEqualTo(1);
    Future<Verdict> waiting = handOut(lane, 2);

    queue.stop(Duration.ofSeconds(1));

    assertThat(waiting.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.RELEASE);
    assertThat(running.isDone()).as("the running one, whose end is its queue's matter").isFalse();
    go.countDown();
    assertThat(running.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
    assertThat(begun).isEmpty();
    assertThat(lane.stops.get()).isPositive();
  }

  /** Or they would take it for one that its handler released, which counts against the job. */
  @Test
  void queues_know_that_they_stop_before_a_job_that_waits_for_a_slot_comes_back() throws Exception {
    LanedJobQueue queue = queue();
    queue.start(1, this::copy);
    ScriptedQueue lane = openedLane();
    Future<Verdict> running = handOut(main, 1);
    assertThat(next()).isEqualTo(1);
    List<Future<Boolean>> known = List.of(stopKnown(main, 2), stopKnown(lane, 3));

    queue.stop(Duration.ofSeconds(1));

    for (Future<Boolean> each : known) {
      assertThat(each.get(2, TimeUnit.MINUTES)).isTrue();
    }
    go.countDown();
    assertThat(running.get(2, TimeUnit.MINUTES)).isEqualTo(Verdict.ACKNOWLEDGE);
  }

  private Future<Boolean> stopKnown(ScriptedQueue queue, int number) {
    JobHandler handler = Objects.requireNonNull(queue.handler);
    return threads.submit(
        () ->
            handler.handle(Deliveries.delivery("run-1", number)) == Verdict.RELEASE
                && queue.takesNoMore);
  }

  @Test
  void a_queue_for_small_runs_that_can_not_be_served_is_tried_again() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    LanedJobQueue queue =
        new LanedJobQueue(
            main,
            List.of(
                quarter(
                    () -> {
                      if (tries.incrementAndGet() == 2) { // the first is to be prepared
                        throw new EnvironmentException("scripted");
                      }
                      return lane();
                    },
                    () -> OptionalLong.of(1))));
    queue.start(4, this::copy);
    assertThat(openedLane().slots).isEqualTo(1);
    assertThat(tries.get()).isEqualTo(3);
    queue.close();
  }
}

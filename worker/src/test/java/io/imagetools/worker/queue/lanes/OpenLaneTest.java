package io.imagetools.worker.queue.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.process.Check;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lane that is told how much is on it. */
@Timeout(120)
class OpenLaneTest {
  private static final OptionalLong UNKNOWN = OptionalLong.empty();
  private static final OptionalLong NOTHING = OptionalLong.of(0);
  private static final int MANY = OpenLane.LOOKS_IN_VAIN + 5;

  private final SynchronousQueue<OptionalLong> answers = new SynchronousQueue<>();
  private final ScriptedQueue queue = new ScriptedQueue();
  private final StopSignal stop = new StopSignal();
  private final OpenLane lane =
      new OpenLane(
          new Lane("small runs", () -> queue, answers::take, 4),
          1,
          delivery -> JobHandler.Verdict.RELEASE,
          stop,
          Duration.ofMillis(1));
  private final Thread thread = new Thread(lane, "lane");

  private static final class ScriptedQueue implements JobQueue {
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger stops = new AtomicInteger();
    volatile int running;

    @Override
    public void start(int slots, JobHandler handler) {
      starts.incrementAndGet();
    }

    @Override
    public void takeNoMore() {}

    @Override
    public void stop(Duration drain) {
      stops.incrementAndGet();
    }

    @Override
    public int running() {
      return running;
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

  @BeforeEach
  void open() throws InterruptedException {
    thread.start();
    answer(OptionalLong.of(1), 1);
  }

  @AfterEach
  void end() throws InterruptedException {
    stop.request();
    thread.interrupt();
    thread.join();
  }

  /** When this returns, all but the last of them have had their effect. */
  private void answer(OptionalLong jobs, int times) throws InterruptedException {
    for (int time = 0; time < times; time++) {
      assertThat(answers.offer(jobs, 1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void is_not_left_while_nobody_says_whether_jobs_wait() throws Exception {
    queue.running = 1;
    answer(UNKNOWN, MANY);
    assertThat(queue.stops.get()).as("with a running copy").isZero();
    queue.running = 0;
    answer(UNKNOWN, MANY);
    assertThat(queue.stops.get()).as("with none").isZero();
    assertThat(queue.starts.get()).isOne();
  }

  @Test
  void is_not_left_while_copies_run_in_it() throws Exception {
    queue.running = 1;
    answer(NOTHING, MANY);
    assertThat(queue.stops.get()).isZero();
  }

  @Test
  void is_left_when_nothing_was_there_for_a_while_whatever_was_unknown_in_between()
      throws Exception {
    answer(NOTHING, OpenLane.LOOKS_IN_VAIN - 1);
    answer(UNKNOWN, MANY);
    assertThat(queue.stops.get()).isZero();
    answer(NOTHING, 2);
    assertThat(queue.stops.get()).isOne();
    answer(NOTHING, MANY);
    assertThat(queue.stops.get()).as("once").isOne();
  }
}

package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Parking;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Waits are in place or beside the queue, and none is for ever. */
class WaitingTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final Instant start = time.instant();
  private final RecordingResults results = new RecordingResults();
  private final List<Parking> parked = new ArrayList<>();

  private ScriptedEngine engine(FailureKind kind, @Nullable Duration retryAfter) {
    return new ScriptedEngine(
        (job, call) -> {
          throw Given.failure(kind, Given.SOURCE, retryAfter);
        });
  }

  private MirrorJobHandler handler(ScriptedEngine engine, int slots) {
    ExecutionSettings settings =
        new ExecutionSettings(
            Given.SETTINGS.retry(), Given.SETTINGS.gate(), ExecutionSettings.Waiting.DEFAULT);
    return new MirrorJobHandler(
        new Attempts(engine, settings, Given.limits(time), slots, time, time),
        results,
        (job, parking) -> parked.add(parking),
        Given.NOTHING_CANCELLED,
        time,
        "w1");
  }

  private static Delivery delivery(@Nullable Parking parking) {
    return new Delivery(Given.job(), 1, parking, null);
  }

  private Outcome.Failed failure() {
    return (Outcome.Failed) results.finished().get(0).outcome();
  }

  @Test
  void a_long_wait_is_beside_the_queue_and_says_nothing_of_the_job() {
    MirrorJobHandler handler = handler(engine(FailureKind.RATE_LIMITED, HOUR), 20);

    assertThat(handler.handle(delivery(null))).isEqualTo(Verdict.ACKNOWLEDGE);

    assertThat(parked).containsExactly(new Parking(1, 1, start, start.plus(HOUR)));
    assertThat(time.sleeps()).isEmpty();
    assertThat(results.finished()).isEmpty();
  }

  @Test
  void a_short_wait_is_in_place() {
    Duration asked = Duration.ofSeconds(30);
    MirrorJobHandler handler = handler(engine(FailureKind.RATE_LIMITED, asked), 20);

    assertThat(handler.handle(delivery(null))).isEqualTo(Verdict.ACKNOWLEDGE);

    assertThat(parked).isEmpty();
    assertThat(time.sleeps()).hasSize(4).containsOnly(asked);
    assertThat(failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
  }

  @Test
  void a_job_that_comes_back_has_the_attempts_left_that_it_had() {
    ScriptedEngine engine = engine(FailureKind.RATE_LIMITED, HOUR);
    MirrorJobHandler handler = handler(engine, 20);
    handler.handle(delivery(null));
    while (results.finished().isEmpty()) {
      Parking last = parked.get(parked.size() - 1);
      time.set(last.notBefore());
      handler.handle(delivery(last));
    }

    assertThat(engine.calls()).isEqualTo(5);
    assertThat(parked).hasSize(4);
    assertThat(parked.get(3)).isEqualTo(new Parking(4, 4, start, start.plus(HOUR.multipliedBy(4))));
    assertThat(results.finished().get(0).attempts()).isEqualTo(5);
  }

  @Test
  void nobody_is_parked_longer_than_allowed() {
    MirrorJobHandler handler = handler(engine(FailureKind.RATE_LIMITED, HOUR), 20);
    Instant since = start.minus(Duration.ofHours(11)).minusSeconds(1);

    handler.handle(delivery(new Parking(1, 2, since, start)));

    assertThat(parked).isEmpty();
    assertThat(failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
  }

  @Test
  void a_job_that_was_parked_by_a_clock_that_was_ahead_is_begun_and_counts_from_now_on() {
    ScriptedEngine engine = engine(FailureKind.RATE_LIMITED, HOUR);
    MirrorJobHandler handler = handler(engine, 20);
    Instant ahead = start.plus(Duration.ofDays(365));

    handler.handle(delivery(new Parking(1, 1, ahead, ahead)));

    assertThat(engine.calls()).isOne();
    assertThat(parked).containsExactly(new Parking(2, 2, start, start.plus(HOUR)));
  }

  @Test
  void a_clock_that_was_ahead_lets_nobody_wait_longer_than_allowed() throws Exception {
    Waits waits = new Waits(ExecutionSettings.Waiting.DEFAULT, WaitingRoom.of(20), time, time);
    Parking ahead = new Parking(1, 1, Instant.MAX, Instant.MAX);

    assertThat(waits.park(Duration.ofHours(12), ahead)).isEqualTo(Waits.Place.PARK);
    assertThat(waits.park(Duration.ofHours(13), ahead)).isEqualTo(Waits.Place.GIVE_UP);
  }

  @Test
  void half_of_the_slots_may_wait_at_once_and_no_more() throws Exception {
    WaitingRoom room = WaitingRoom.of(20);
    for (int seat = 0; seat < 10; seat++) {
      assertThat(room.take()).isTrue();
    }
    Waits waits = new Waits(ExecutionSettings.Waiting.DEFAULT, room, time, time);

    assertThat(waits.wait(Duration.ofSeconds(1), null, () -> {})).isEqualTo(Waits.Place.PARK);
    room.giveBack();
    assertThat(waits.wait(Duration.ofSeconds(1), null, () -> {})).isEqualTo(Waits.Place.WAITED);
  }

  @Test
  void a_worker_with_one_slot_may_wait_in_it() {
    assertThat(WaitingRoom.of(1).take()).isTrue();
  }

  @Test
  void where_nothing_may_be_parked_a_short_wait_is_in_place_and_a_long_one_is_the_end()
      throws Exception {
    ExecutionSettings.Waiting never =
        new ExecutionSettings.Waiting(Duration.ofSeconds(30), Duration.ZERO);
    WaitingRoom full = WaitingRoom.of(0);
    Waits waits = new Waits(never, full, time, time);

    assertThat(waits.wait(Duration.ofSeconds(30), null, () -> {})).isEqualTo(Waits.Place.WAITED);
    assertThat(waits.wait(Duration.ofSeconds(31), null, () -> {})).isEqualTo(Waits.Place.GIVE_UP);
  }

  @Test
  void an_ill_registry_does_not_hold_those_for_whom_there_is_no_seat() {
    MirrorJobHandler handler = handler(engine(FailureKind.NETWORK, null), 0);
    for (int job = 0; job < 10; job++) {
      handler.handle(delivery(null)); // until the circuit is open
    }
    parked.clear();
    Duration slept = time.slept();

    handler.handle(delivery(null));

    assertThat(time.slept()).isEqualTo(slept);
    assertThat(parked)
        .singleElement()
        .satisfies(
            parking ->
                assertThat(Duration.between(time.instant(), parking.notBefore()))
                    .isEqualTo(ExecutionSettings.Circuit.DEFAULT.open()));
  }

  @Test
  void an_interrupt_while_it_is_parked_gives_the_job_back() {
    ExecutionSettings settings =
        new ExecutionSettings(
            Given.SETTINGS.retry(), Given.SETTINGS.gate(), ExecutionSettings.Waiting.DEFAULT);
    MirrorJobHandler handler =
        new MirrorJobHandler(
            new Attempts(
                engine(FailureKind.RATE_LIMITED, HOUR),
                settings,
                Given.limits(time),
                20,
                time,
                time),
            results,
            (job, parking) -> {
              throw new InterruptedException("stopped");
            },
            Given.NOTHING_CANCELLED,
            time,
            "w1");

    assertThat(handler.handle(delivery(null))).isEqualTo(Verdict.RELEASE);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(results.finished()).isEmpty();
  }
}

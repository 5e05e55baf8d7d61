package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
class RegistryGatesTest {
  private static final ScriptedEngine COPIES = new ScriptedEngine((job, call) -> Given.copied());
  private static final Duration PATIENCE = ExecutionSettings.Circuit.DEFAULT.patience();

  private final ManualTime time = new ManualTime();
  private final RegistryGates gates = gates(20, 1000);
  private final ExecutorService slots = Executors.newCachedThreadPool();

  @AfterEach
  void endSlots() throws InterruptedException {
    slots.shutdownNow();
    assertThat(slots.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
  }

  private RegistryGates gates(int atOnce, int perSecond) {
    return new RegistryGates(
        new ExecutionSettings.Gating(atOnce, perSecond, ExecutionSettings.Circuit.DEFAULT),
        Given.limits(time),
        WaitingRoom.of(1000),
        time,
        time);
  }

  @Test
  void no_more_images_than_allowed_are_with_a_registry_at_once() throws Exception {
    RegistryGates narrow = gates(3, 1000);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch open = new CountDownLatch(1);
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              open.await();
              inside.decrementAndGet();
              return Given.copied();
            });
    List<Future<?>> jobs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      MirrorJob job = Given.job("source" + i + ".example", "destination.example");
      jobs.add(slots.submit(() -> narrow.pass(job, engine)));
    }
    await().atMost(Duration.ofMinutes(2)).until(() -> inside.get() == 3);
    // Another registry is not concerned.
    narrow.pass(Given.job("a.example", "b.example"), COPIES);
    open.countDown();
    for (Future<?> job : jobs) {
      job.get();
    }
    assertThat(engine.calls()).isEqualTo(12);
    assertThat(most).hasValue(3);
  }

  @Test
  void jobs_in_opposite_directions_do_not_wait_for_each_other_for_good() throws Exception {
    RegistryGates narrow = gates(1, 1_000_000);
    List<Future<?>> jobs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      MirrorJob job =
          i % 2 == 0 ? Given.job("a.example", "b.example") : Given.job("b.example", "a.example");
      jobs.add(slots.submit(() -> narrow.pass(job, COPIES)));
    }
    for (Future<?> job : jobs) {
      assertThat(job.get(2, TimeUnit.MINUTES)).isNotNull();
    }
  }

  @Test
  void a_registry_that_is_source_and_destination_is_entered_once() throws Exception {
    assertThat(gates(1, 1000).pass(Given.job("a.example", "a.example"), COPIES)).isNotNull();
  }

  @Test
  void begins_no_more_images_a_second_than_allowed() throws Exception {
    RegistryGates slow = gates(20, 2);
    long begin = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      slow.pass(Given.job(), COPIES);
    }
    // In each second by the limiter's own clock, which can't be set, two need not wait.
    long seconds = 2 + Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    assertThat(time.sleeps()).hasSizeGreaterThanOrEqualTo((int) (200 - 2 * seconds));
  }

  @Test
  void a_registry_that_is_ill_is_left_alone_and_others_go_on() throws Exception {
    fail(10, FailureKind.REGISTRY_UNAVAILABLE, Given.DESTINATION);
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());

    gates.pass(Given.job("source.example", "other.example"), engine);

    assertThat(time.sleeps()).isEmpty();
    assertThat(engine.calls()).isEqualTo(1);
  }

  @Test
  void who_waits_for_an_ill_registry_goes_on_when_it_answers_again() throws Exception {
    fail(10, FailureKind.NETWORK, Given.DESTINATION);

    gates.pass(Given.job(), COPIES);
    gates.pass(Given.job(), COPIES);
    Duration waited = time.slept();
    gates.pass(Given.job(), COPIES);

    assertThat(waited).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(16));
    assertThat(time.slept()).as("no wait after the trials").isEqualTo(waited);
  }

  @Test
  void waiting_for_an_ill_registry_has_an_end() throws Exception {
    ExecutionSettings.Circuit circuit =
        new ExecutionSettings.Circuit(20, 10, 80, Duration.ofHours(1), 2, PATIENCE);
    RegistryGates closed =
        new RegistryGates(
            new ExecutionSettings.Gating(20, 1000, circuit),
            Given.limits(time),
            WaitingRoom.of(1000),
            time,
            time);
    fail(closed, 10, FailureKind.TIMEOUT, Given.DESTINATION);

    assertThatExceptionOfType(MirrorFailure.class)
        .isThrownBy(() -> closed.pass(Given.job(), COPIES))
        .withMessage(
            "Waited for destination.example, but it does not answer properly: of its last 10"
                + " images 10 failed for that reason")
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
              assertThat(failure.kind().retryable()).isTrue();
              assertThat(failure.registry()).isEqualTo(Given.DESTINATION);
            });
    assertThat(time.slept()).isBetween(PATIENCE, PATIENCE.plusSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureKind.class,
      names = {"REGISTRY_UNAVAILABLE", "NETWORK", "TIMEOUT"},
      mode = EnumSource.Mode.EXCLUDE)
  void a_registry_that_answers_is_not_ill_whatever_it_answers(FailureKind kind) throws Exception {
    fail(100, kind, Given.DESTINATION);
    gates.pass(Given.job(), COPIES);
    assertThat(time.sleeps()).isEmpty();
  }

  @Test
  void failures_that_name_no_registry_are_held_against_none() throws Exception {
    fail(100, FailureKind.NETWORK, null);
    gates.pass(Given.job(), COPIES);
    assertThat(time.sleeps()).isEmpty();
  }

  @Test
  void a_registry_that_serves_a_fifth_is_used() throws Exception {
    for (int i = 0; i < 25; i++) {
      gates.pass(Given.job(), COPIES);
      fail(3, FailureKind.REGISTRY_UNAVAILABLE, Given.DESTINATION);
    }
    assertThat(time.sleeps()).isEmpty();
  }

  @Test
  void a_trial_that_is_interrupted_is_given_to_another() throws Exception {
    fail(10, FailureKind.NETWORK, Given.DESTINATION);
    ScriptedEngine interrupted =
        new ScriptedEngine(
            (job, call) -> {
              throw new InterruptedException("stopped");
            });
    for (int i = 0; i < 5; i++) {
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> gates.pass(Given.job(), interrupted));
    }
    assertThatCode(() -> gates.pass(Given.job(), COPIES)).doesNotThrowAnyException();
  }

  @Test
  void waiting_for_others_can_be_interrupted_and_leaves_nothing_behind() throws Exception {
    RegistryGates narrow = gates(1, 1000);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    ScriptedEngine holds =
        new ScriptedEngine(
            (job, call) -> {
              entered.countDown();
              open.await();
              return Given.copied();
            });
    Future<?> holder = slots.submit(() -> narrow.pass(Given.job(), holds));
    entered.await();
    Future<?> waiter =
        slots.submit(() -> narrow.pass(Given.job("a.example", Given.SOURCE.host()), COPIES));
    waiter.cancel(true);
    // The first gate of the waiter is free again, also when it never came that far.
    narrow.pass(Given.job("a.example", "z.example"), COPIES);
    open.countDown();
    holder.get();
    assertThat(narrow.pass(Given.job(), COPIES)).isNotNull();
  }

  @Test
  void forgets_registries_when_a_list_names_too_many() throws Exception {
    for (int i = 0; i < 1000; i++) {
      gates.pass(Given.job("r" + i + ".example", "destination.example"), COPIES);
    }
    assertThat(gates.size()).isEqualTo(RegistryGates.MOST_GATES);
  }

  private void fail(int times, FailureKind kind, @Nullable Registry registry) throws Exception {
    fail(gates, times, kind, registry);
  }

  private static void fail(
      RegistryGates gates, int times, FailureKind kind, @Nullable Registry registry) {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              throw Given.failure(kind, registry, null);
            });
    for (int i = 0; i < times; i++) {
      assertThatExceptionOfType(MirrorFailure.class)
          .isThrownBy(() -> gates.pass(Given.job(), engine));
    }
  }
}

package io.imagetools.worker.execution;

import static io.imagetools.worker.execution.Given.NOTHING_CANCELLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptsTest {
  private final ManualTime time = new ManualTime();

  @Test
  void an_attempt_that_succeeds_is_the_only_one_and_nothing_is_waited_for() throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());

    Attempted attempted = Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(attempted).isEqualTo(new Attempted.Succeeded(Given.copied(), 1));
    assertThat(time.sleeps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FailureKind.class)
  void only_failures_that_another_attempt_can_mend_are_tried_again(FailureKind kind)
      throws Exception {
    ScriptedEngine engine = failingWith(Given.failure(kind));

    Attempted attempted = Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    int expected = kind.retryable() ? 5 : 1;
    assertThat(engine.calls()).isEqualTo(expected);
    assertThat(attempted).isInstanceOf(Attempted.GaveUp.class);
    assertThat(attempted.attempts()).isEqualTo(expected);
    assertThat(time.sleeps()).hasSize(expected - 1);
  }

  @Test
  void a_later_attempt_may_succeed() throws Exception {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              if (call < 3) {
                throw Given.failure(FailureKind.TIMEOUT);
              }
              return Given.copied();
            });

    Attempted attempted = Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(attempted).isEqualTo(new Attempted.Succeeded(Given.copied(), 3));
  }

  @Test
  void waits_double_within_the_jitter() throws Exception {
    Attempts attempts = Given.attempts(failingWith(Given.failure(FailureKind.RATE_LIMITED)), time);
    for (int round = 0; round < 200; round++) {
      attempts.mirror(Given.job(), NOTHING_CANCELLED);
    }
    List<Duration> sleeps = time.sleeps();
    for (int i = 0; i < sleeps.size(); i++) {
      long middle = 1000L << (i % 4);
      assertThat(sleeps.get(i).toMillis()).isBetween(middle / 2, middle * 3 / 2);
    }
    assertThat(sleeps.stream().distinct().count()).as("different lengths").isGreaterThan(100);
  }

  @Test
  void no_wait_is_longer_than_the_longest() throws Exception {
    ScriptedEngine engine = failingWith(Given.failure(FailureKind.RATE_LIMITED));

    Given.attempts(engine, time, Given.SETTINGS.withAttempts(30))
        .mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(time.sleeps())
        .hasSize(29)
        .allMatch(wait -> wait.compareTo(Duration.ofSeconds(60)) <= 0);
  }

  @Test
  void a_registry_is_left_alone_for_as_long_as_it_asks() throws Exception {
    Duration asked = Duration.ofSeconds(95);
    ScriptedEngine engine =
        failingWith(Given.failure(FailureKind.RATE_LIMITED, Given.SOURCE, asked));

    Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(time.sleeps()).containsOnly(asked).hasSize(4);
  }

  @Test
  void a_registry_that_asks_for_days_is_asked_again_after_hours() throws Exception {
    ScriptedEngine engine =
        failingWith(
            Given.failure(FailureKind.RATE_LIMITED, Given.SOURCE, Duration.ofSeconds(1L << 40)));

    Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(time.sleeps()).containsOnly(Duration.ofHours(6));
  }

  @Test
  void the_log_says_what_failed_and_when_it_is_tried_again() throws Exception {
    ScriptedEngine engine =
        failingWith(Given.failure(FailureKind.RATE_LIMITED, Given.SOURCE, Duration.ofSeconds(80)));
    try (LogCapture log = new LogCapture(Attempts.class)) {
      Given.attempts(engine, time, Given.SETTINGS.withAttempts(2))
          .mirror(Given.job(), NOTHING_CANCELLED);

      assertThat(log.lines())
          .containsExactly("WARN Tried it, but it failed; attempt 2 of 2 in 80 s");
    }
  }

  static Stream<Throwable> defects() {
    return Stream.of(
        new IllegalStateException("unforeseen"),
        new NullPointerException(),
        new StackOverflowError(),
        new NoClassDefFoundError("org/example/Gone"),
        new AssertionError("wrong"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void whatever_the_engine_throws_is_a_failure_with_its_class(Throwable thrown) throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> sneaky(thrown));

    Attempted attempted = Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(attempted)
        .isInstanceOfSatisfying(
            Attempted.GaveUp.class,
            gaveUp -> {
              assertThat(gaveUp.failure().kind()).isEqualTo(FailureKind.ENGINE_DEFECT);
              assertThat(gaveUp.failure()).hasMessageContaining(thrown.getClass().getName());
              assertThat(gaveUp.attempts()).isEqualTo(1);
            });
  }

  @Test
  void memory_that_ran_out_is_the_machines_and_may_be_free_again() throws Exception {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> call == 1 ? sneaky(new OutOfMemoryError("heap")) : Given.copied());

    Attempted attempted = Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED);

    assertThat(attempted).isEqualTo(new Attempted.Succeeded(Given.copied(), 2));
  }

  @Test
  void an_interrupt_in_the_engine_is_no_failure() {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              throw new InterruptedException("stopped");
            });

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED));
  }

  @Test
  void a_failure_of_an_interrupted_attempt_is_an_interrupt() {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              Thread.currentThread().interrupt();
              throw Given.failure(FailureKind.SOURCE_NOT_FOUND);
            });

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> Given.attempts(engine, time).mirror(Given.job(), NOTHING_CANCELLED));
  }

  @Test
  void a_run_that_is_cancelled_meanwhile_is_not_tried_again() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              cancelled.set(true);
              throw Given.failure(FailureKind.TIMEOUT);
            });

    Attempted attempted =
        Given.attempts(engine, time).mirror(Given.job(), (RunId run) -> cancelled.get());

    assertThat(((Attempted.GaveUp) attempted).failure().kind()).isEqualTo(FailureKind.CANCELLED);
    assertThat(engine.calls()).isEqualTo(1);
  }

  private static ScriptedEngine failingWith(MirrorFailure failure) {
    return new ScriptedEngine(
        (job, call) -> {
          throw failure;
        });
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws what it is given
  private static <T extends Throwable, R> R sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }
}

package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.job.RegistryCondition;
import io.imagetools.worker.queue.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of registries counts for as long as it may, and not longer. */
class RegistryLimitsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final Instant start = time.instant();
  private final RegistryLimits limits = Given.limits(time);
  private final List<RegistryCondition> told = new ArrayList<>();

  RegistryLimitsTest() {
    limits.tell(told::add);
  }

  private RegistryCondition condition(Instant notBefore, Instant at) {
    return new RegistryCondition(Given.SOURCE, notBefore, null, "other", at);
  }

  private static RegistryBudget hub(int remaining) {
    return new RegistryBudget(100, Duration.ofHours(6), remaining);
  }

  @Test
  void a_registry_is_left_alone_until_its_time_and_then_asked_again() {
    limits.refused(Given.SOURCE, HOUR);

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plus(HOUR));
    assertThat(limits.closedUntil(Given.DESTINATION)).isEmpty();
    time.set(start.plus(HOUR));
    assertThat(limits.closedUntil(Given.SOURCE)).isEmpty();
  }

  @Test
  void what_is_learned_is_told_once() {
    limits.refused(Given.SOURCE, HOUR);
    limits.refused(Given.SOURCE, HOUR);
    limits.refused(Given.SOURCE, Duration.ofMinutes(1));

    assertThat(told)
        .containsExactly(new RegistryCondition(Given.SOURCE, start.plus(HOUR), null, "w1", start));
  }

  @Test
  void a_budget_that_is_used_up_holds_for_as_long_as_one_request_takes_to_grow_again() {
    limits.said(Given.SOURCE, hub(1));
    assertThat(limits.closedUntil(Given.SOURCE)).isEmpty();

    limits.said(Given.SOURCE, hub(0));

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plusSeconds(216));
    assertThat(told).singleElement().extracting(RegistryCondition::budget).isEqualTo(hub(0));
  }

  @Test
  void a_large_budget_is_looked_at_once_a_minute() {
    limits.said(Given.SOURCE, new RegistryBudget(100_000, HOUR, 0));

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plusSeconds(60));
  }

  @Test
  void what_others_learned_counts_here_and_is_not_told_again() {
    limits.heard(condition(start.plus(HOUR), start));

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plus(HOUR));
    assertThat(told).isEmpty();
  }

  @Test
  void what_can_not_be_is_passed_over_and_what_is_too_long_is_cut() {
    limits.heard(condition(start.minusSeconds(1), start.minusSeconds(10)));
    limits.heard(condition(start.plus(HOUR), start.plus(HOUR)));
    assertThat(limits.closedUntil(Given.SOURCE)).isEmpty();

    limits.heard(condition(Instant.parse("9999-01-01T00:00:00Z"), start.minus(HOUR)));

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plus(Duration.ofHours(5)));
    limits.heard(condition(Instant.MAX, start.minus(Duration.ofDays(300))));
    time.set(start.plus(Duration.ofHours(5)));
    assertThat(limits.closedUntil(Given.SOURCE)).isEmpty();
  }

  @Test
  void no_more_registries_are_remembered_than_a_list_names() {
    for (int number = 0; number < 2 * RegistryLimits.MOST_REGISTRIES; number++) {
      limits.refused(new Registry("r" + number + ".example"), HOUR.plusSeconds(number));
    }

    assertThat(limits.closedUntil(new Registry("r0.example"))).isEmpty();
    assertThat(limits.closedUntil(new Registry("r511.example"))).isPresent();
  }

  @Test
  void an_attempt_that_is_held_back_is_none_and_is_made_when_the_time_has_come() throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());
    limits.heard(condition(start.plusSeconds(20), start));
    Attempts attempts = attempts(engine, ExecutionSettings.Waiting.DEFAULT);

    Attempted attempted = attempts.mirror(Given.job(), Given.NOTHING_CANCELLED);

    assertThat(attempted).isEqualTo(new Attempted.Succeeded(Given.copied(), 1));
    assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(20));
  }

  @Test
  void who_is_held_back_for_long_is_parked_and_the_registry_is_not_asked() throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());
    limits.heard(condition(start.plus(HOUR), start));
    Attempts attempts = attempts(engine, ExecutionSettings.Waiting.DEFAULT);

    Attempted attempted = attempts.mirror(Given.job(), Given.NOTHING_CANCELLED);

    assertThat(attempted)
        .isInstanceOfSatisfying(
            Attempted.Postponed.class,
            postponed -> {
              assertThat(postponed.attempts()).isZero();
              assertThat(postponed.pause()).isEqualTo(HOUR);
            });
    assertThat(engine.calls()).isZero();
  }

  @Test
  void who_is_held_back_again_and_again_does_not_hold_its_slot() throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());
    Sleeper renewing =
        pause -> {
          time.sleep(pause);
          limits.heard(condition(time.instant().plusSeconds(20), time.instant()));
        };
    limits.heard(condition(start.plusSeconds(20), start));
    Attempts attempts =
        new Attempts(
            engine, settings(ExecutionSettings.Waiting.DEFAULT), limits, 20, time, renewing);

    Attempted attempted = attempts.mirror(Given.job(), Given.NOTHING_CANCELLED);

    assertThat(attempted).isInstanceOf(Attempted.Postponed.class);
    assertThat(time.slept()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void who_may_not_wait_so_long_fails_as_limited() throws Exception {
    ScriptedEngine engine = new ScriptedEngine((job, call) -> Given.copied());
    limits.heard(condition(start.plus(HOUR), start));
    ExecutionSettings.Waiting never =
        new ExecutionSettings.Waiting(Duration.ofSeconds(30), Duration.ZERO);
    RecordingResults results = new RecordingResults();
    MirrorJobHandler handler =
        new MirrorJobHandler(
            attempts(engine, never),
            results,
            Given.NO_PARKING,
            Given.NOTHING_CANCELLED,
            time,
            "w1");

    handler.handle(new Delivery(Given.job(), 1));

    Outcome.Failed failed = (Outcome.Failed) results.finished().get(0).outcome();
    assertThat(failed.kind()).isEqualTo(FailureKind.RATE_LIMITED);
    assertThat(failed.message())
        .isEqualTo(
            "source.example was not asked: it wants to be left alone until 2026-01-01T01:00:00Z");
    assertThat(results.finished().get(0).attempts()).isZero();
  }

  @Test
  void a_refusal_with_a_time_is_learned_from_the_attempt() throws Exception {
    ScriptedEngine engine =
        new ScriptedEngine(
            (job, call) -> {
              throw Given.failure(FailureKind.RATE_LIMITED, Given.SOURCE, HOUR);
            });

    attempts(engine, ExecutionSettings.Waiting.DEFAULT)
        .mirror(Given.job(), Given.NOTHING_CANCELLED);

    assertThat(limits.closedUntil(Given.SOURCE)).contains(start.plus(HOUR));
    assertThat(limits.closedUntil(Given.DESTINATION)).isEmpty();
  }

  private static ExecutionSettings settings(ExecutionSettings.Waiting waiting) {
    return new ExecutionSettings(Given.SETTINGS.retry(), Given.SETTINGS.gate(), waiting);
  }

  private Attempts attempts(ScriptedEngine engine, ExecutionSettings.Waiting waiting) {
    return new Attempts(engine, settings(waiting), limits, 20, time, time);
  }
}

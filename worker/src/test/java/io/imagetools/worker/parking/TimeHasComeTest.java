package io.imagetools.worker.parking;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.worker.execution.RegistryLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** No clock and no record keeps a job beside the queue for ever. */
class TimeHasComeTest {
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final Duration YEAR = Duration.ofDays(365);

  private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Clock clock = Clock.fixed(now, ZoneOffset.UTC);
  private final RegistryLimits limits = new RegistryLimits(clock, Duration.ofHours(6), "w1");
  private final TimeHasCome timeHasCome = new TimeHasCome(limits, LONGEST, clock);

  private static ParkedRecord parked(Instant since, Instant notBefore) {
    MirrorJob job =
        new MirrorJob(
            new JobId(new RunId("run-1"), 7),
            7,
            ImageReference.parse("source.example/app:1.0"),
            ImageReference.parse("destination.example/app:1.0"),
            PlatformSelector.ALL,
            false,
            false);
    return new ParkedRecord(job, new Parking(1, 1, since, notBefore), null);
  }

  private void closeSource() {
    limits.refused(new Registry("source.example"), Duration.ofHours(1));
  }

  @Test
  void a_job_goes_back_when_its_time_has_come_and_its_registry_may_be_asked() {
    assertThat(timeHasCome.test(parked(now, now.plusSeconds(1)))).isFalse();
    assertThat(timeHasCome.test(parked(now, now))).isTrue();

    closeSource();

    assertThat(timeHasCome.test(parked(now, now))).isFalse();
  }

  @Test
  void whoever_was_parked_long_enough_goes_back_to_a_registry_that_may_not_be_asked() {
    closeSource();

    assertThat(timeHasCome.test(parked(now.minus(LONGEST), now))).isTrue();
    assertThat(timeHasCome.test(parked(Instant.MIN, now))).isTrue();
    assertThat(timeHasCome.test(parked(now.minus(LONGEST).plusSeconds(1), now))).isFalse();
  }

  @Test
  void whoever_was_parked_by_a_clock_that_was_a_year_ahead_goes_back_in_any_case() {
    closeSource();

    assertThat(timeHasCome.test(parked(now.plus(YEAR), now.plus(YEAR)))).isTrue();
    assertThat(timeHasCome.test(parked(now, now.plus(YEAR)))).isTrue();
    assertThat(timeHasCome.test(parked(now.plus(YEAR), now))).isTrue();
    assertThat(timeHasCome.test(parked(Instant.MAX, Instant.MAX))).isTrue();
  }

  @Test
  void nobody_goes_back_too_early_because_two_clocks_or_two_workers_options_differ() {
    Instant latest = now.plus(LONGEST).plus(TimeHasCome.TOLERANCE);

    assertThat(timeHasCome.test(parked(now, latest))).isFalse();
    assertThat(timeHasCome.test(parked(now, latest.plusSeconds(1)))).isTrue();
  }
}

package io.imagetools.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunDetailsTest {
  private static final RunId RUN = new RunId("run-1");
  private static final Instant START = Instant.parse("2026-11-24T03:00:00Z");
  private static final Outcome DENIED =
      new Outcome.Failed(FailureKind.DENIED, "It failed.", List.of());
  private static final Outcome NETWORK =
      new Outcome.Failed(FailureKind.NETWORK, "It failed.", List.of());

  private static RunLedger ledger(int jobs, @Nullable RunId parent, Outcome... outcomes) {
    RunLedger ledger = new RunLedger(new Run(RUN, START, jobs, 0, 0, 0, parent, Run.State.OPEN));
    for (int i = 0; i < outcomes.length; i++) {
      ledger.apply(new JobEvent.Finished(result(i + 1, outcomes[i])));
    }
    return ledger;
  }

  private static MirrorResult result(int number, Outcome outcome) {
    MirrorJob job =
        new MirrorJob(
            new JobId(RUN, number),
            number,
            ImageReference.parse("source.example/app:" + number),
            ImageReference.parse("destination.example/app:" + number),
            PlatformSelector.ALL,
            false,
            false);
    return new MirrorResult(
        job,
        outcome,
        1,
        1,
        START,
        START.plusSeconds(60),
        ByteCounts.NONE,
        null,
        null,
        List.of(),
        List.of(),
        "w1");
  }

  @Test
  void a_run_that_goes_on_has_a_rate_and_a_time_left() {
    RunLedger ledger = ledger(103, null, new Outcome.Mirrored(), DENIED, new Outcome.Unchanged());

    assertThat(RunDetails.lines(ledger, START.plusSeconds(120)))
        .containsExactly(
            "Rate: 1.5 images a minute since its start; about 1:06:40 left.",
            "Failures: 1 x DENIED.");
  }

  @Test
  void the_rate_of_a_run_that_has_ended_does_not_fall_any_more() {
    RunLedger ledger =
        ledger(
            5,
            new RunId("run-0"),
            NETWORK,
            DENIED,
            NETWORK,
            new Outcome.Cancelled("Stopped."),
            new Outcome.Mirrored());

    assertThat(RunDetails.lines(ledger, START.plusSeconds(86_400)))
        .containsExactly(
            "Repeats failures of run run-0.",
            "Rate: 5.0 images a minute since its start; all have ended.",
            "Failures: 2 x NETWORK, 1 x DENIED, 1 x CANCELLED.");
  }

  @Test
  void of_a_run_that_waits_nothing_is_claimed() {
    assertThat(RunDetails.lines(ledger(5, null), START.plusSeconds(60)))
        .containsExactly(
            "Rate: 0.0 images a minute since its start; the time left is not known yet.",
            "Failures: none.");
  }

  @Test
  void a_run_without_jobs_has_ended() {
    assertThat(RunDetails.lines(ledger(0, null), START.plusSeconds(60)))
        .containsExactly(
            "Rate: 0.0 images a minute since its start; all have ended.", "Failures: none.");
  }
}

package io.imagetools.producer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepetitionTest {
  private static final RunId OLD = new RunId("old");
  private static final RunId NEW = new RunId("new");

  private static final List<MirrorResult> RESULTS =
      List.of(
          result(1, new Outcome.Mirrored()),
          result(2, failed(FailureKind.RATE_LIMITED)),
          result(3, new Outcome.Unchanged()),
          result(4, new Outcome.Cancelled("The run was cancelled.")),
          result(5, failed(FailureKind.NO_RESULT)));

  private static Outcome failed(FailureKind kind) {
    return new Outcome.Failed(kind, "It failed.", List.of());
  }

  private static MirrorJob job(RunId run, int number, int image) {
    return new MirrorJob(
        new JobId(run, number),
        10 * image,
        ImageReference.parse("source.example/app" + image + ":1"),
        ImageReference.parse("destination.example/app" + image + ":2"),
        PlatformSelector.parse("arm64"),
        true,
        true);
  }

  private static MirrorResult result(int number, Outcome outcome) {
    return new MirrorResult(
        job(OLD, number, number),
        outcome,
        1,
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        ByteCounts.NONE,
        null,
        null,
        List.of(),
        List.of(),
        "w1");
  }

  @Test
  void repeats_what_is_no_success_as_it_was_numbered_anew() {
    assertThat(Repetition.of(NEW, RESULTS, Set.of()))
        .containsExactly(job(NEW, 1, 2), job(NEW, 2, 4), job(NEW, 3, 5));
  }

  @Test
  void repeats_only_the_kinds_that_were_named() {
    assertThat(Repetition.of(NEW, RESULTS, Set.of(FailureKind.CANCELLED, FailureKind.NO_RESULT)))
        .containsExactly(job(NEW, 1, 4), job(NEW, 2, 5));
  }

  @Test
  void a_kind_that_did_not_happen_gives_no_job() {
    assertThat(Repetition.of(NEW, RESULTS, Set.of(FailureKind.DENIED))).isEmpty();
  }
}

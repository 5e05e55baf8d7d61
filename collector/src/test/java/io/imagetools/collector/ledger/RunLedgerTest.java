package io.imagetools.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
  private final Events events = new Events(new RunId("run-1"));

  @Test
  void of_a_fresh_run_everything_waits() {
    RunLedger ledger = ledger(3, 1);

    assertThat(ledger.counts()).isEqualTo(new Counts(3, 0, 0, 0, 0, 0, 3, 1, ByteCounts.NONE));
    assertThat(ledger.isComplete()).isFalse();
    assertThat(ledger.unnamed()).isEqualTo(3);
    assertThat(ledger.openLines()).isEmpty();
  }

  @Test
  void follows_a_job_from_planned_to_its_result() {
    RunLedger ledger = ledger(1, 0);

    assertThat(ledger.apply(events.planned(1))).isTrue();
    assertThat(ledger.counts().waiting()).isEqualTo(1);
    assertThat(ledger.apply(events.started(1))).isTrue();
    assertThat(ledger.counts().running()).isEqualTo(1);
    assertThat(ledger.apply(events.finished(1, new Outcome.Mirrored()))).isTrue();
    assertThat(ledger.counts().mirrored()).isEqualTo(1);
    assertThat(ledger.counts().running()).isZero();
    assertThat(ledger.isComplete()).isTrue();
    assertThat(ledger.counts().isAllMirrored()).isTrue();
  }

  @Test
  void a_repeated_or_overtaken_event_is_no_news() {
    RunLedger ledger = ledger(1, 0);
    ledger.apply(events.finished(1, new Outcome.Mirrored()));

    assertThat(ledger.apply(events.finished(1, new Outcome.Mirrored()))).isFalse();
    assertThat(ledger.apply(events.planned(1))).isFalse();
    assertThat(ledger.counts().mirrored()).isEqualTo(1);
  }

  @Test
  void a_success_is_never_taken_back() {
    RunLedger ledger = ledger(1, 0);
    ledger.apply(events.finished(1, new Outcome.Mirrored(), 9));

    assertThat(ledger.apply(events.finished(1, new Outcome.Unchanged(), 10))).isFalse();
    assertThat(ledger.apply(events.finished(1, Events.failed(FailureKind.NETWORK), 11))).isFalse();
    assertThat(ledger.counts().mirrored()).isEqualTo(1);
  }

  @Test
  void a_later_delivery_makes_good_what_failed() {
    RunLedger ledger = ledger(1, 0);
    ledger.apply(events.finished(1, Events.failed(FailureKind.NETWORK), 1));
    assertThat(ledger.failedLines()).hasSize(1);

    ledger.apply(events.finished(1, new Outcome.Unchanged(), 2));

    assertThat(ledger.failedLines()).isEmpty();
    assertThat(ledger.counts().failed()).isZero();
    assertThat(ledger.counts().unchanged()).isEqualTo(1);
  }

  @Test
  void counts_the_bytes_of_the_results_that_count_once_each() {
    RunLedger ledger = ledger(2, 0);
    ledger.apply(events.finished(1, Events.failed(FailureKind.NETWORK), 1));
    ledger.apply(events.finished(1, new Outcome.Mirrored(), 2));
    ledger.apply(events.finished(1, new Outcome.Mirrored(), 2));
    ledger.apply(events.finished(2, new Outcome.Mirrored(), 5));

    assertThat(ledger.counts().bytes()).isEqualTo(new ByteCounts(7, 70, 700));
  }

  @Test
  void ignores_and_counts_what_belongs_elsewhere() {
    RunLedger ledger = ledger(2, 0);

    assertThat(ledger.apply(new Events(new RunId("run-2")).planned(1))).isFalse();
    assertThat(ledger.apply(events.planned(3))).isFalse();
    assertThat(ledger.apply(events.rejected(0, "x"))).isFalse();

    assertThat(ledger.ignored()).isEqualTo(3);
    assertThat(ledger.counts().total()).isEqualTo(2);
    assertThat(ledger.unnamed()).isEqualTo(2);
  }

  @Test
  void is_complete_only_when_the_rejected_lines_are_known_too() {
    RunLedger ledger = ledger(1, 1);
    ledger.apply(events.finished(1, new Outcome.Mirrored()));
    assertThat(ledger.isComplete()).isFalse();

    ledger.apply(events.rejected(7, "a b c d"));

    assertThat(ledger.isComplete()).isTrue();
    assertThat(ledger.counts().isAllMirrored()).isFalse();
  }

  @Test
  void open_lines_are_all_but_the_mirrored_in_list_order() {
    RunLedger ledger = mixed();

    assertThat(ledger.openLines())
        .containsExactly(
            "first of all",
            "docker.io/library/a3 h.io/a3 1",
            "in between",
            "docker.io/library/a4 h.io/a4 1",
            "docker.io/library/a5 h.io/a5 1",
            "docker.io/library/a6 h.io/a6 1");
  }

  @Test
  void failed_lines_are_those_that_ended_badly_in_list_order() {
    assertThat(mixed().failedLines())
        .containsExactly(
            "first of all",
            "docker.io/library/a3 h.io/a3 1",
            "in between",
            "docker.io/library/a4 h.io/a4 1");
  }

  @Test
  void ending_a_run_gives_every_unfinished_job_a_result_and_counts_the_unknown() {
    RunLedger ledger = mixed();

    int unnamed =
        ledger.endUnfinished(
            new Outcome.Failed(FailureKind.NO_RESULT, "Nobody answered.", List.of()), Events.NOW);

    assertThat(unnamed).isEqualTo(1);
    assertThat(ledger.counts())
        .isEqualTo(new Counts(7, 1, 1, 3, 1, 0, 1, 2, ledger.counts().bytes()));
    assertThat(ledger.failedLines()).isEqualTo(ledger.openLines());
    assertThat(ledger.results()).extracting(r -> r.id().number()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(ledger.results().get(5).worker()).isEqualTo(RunLedger.NO_WORKER);
  }

  @Test
  void cancelling_a_run_lets_a_late_success_count() {
    RunLedger ledger = ledger(1, 0);
    ledger.apply(events.started(1));
    ledger.endUnfinished(new Outcome.Cancelled("Somebody cancelled the run."), Events.NOW);
    assertThat(ledger.counts().cancelled()).isEqualTo(1);
    assertThat(ledger.isComplete()).isTrue();

    ledger.apply(events.finished(1, new Outcome.Mirrored(), 1));

    assertThat(ledger.counts().isAllMirrored()).isTrue();
  }

  @Test
  void nobody_ends_a_run_with_a_success() {
    assertThatThrownBy(() -> ledger(1, 0).endUnfinished(new Outcome.Mirrored(), Events.NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void open_jobs_are_all_but_the_mirrored() {
    assertThat(mixed().openJobs()).extracting(job -> job.id().number()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void keeps_one_copy_of_what_all_jobs_have_in_common() {
    RunLedger ledger = ledger(2, 0);
    ledger.apply(events.planned(1));
    ledger.apply(events.finished(1, new Outcome.Mirrored()));
    ledger.apply(events.finished(2, new Outcome.Mirrored()));

    MirrorResult one = ledger.results().get(0);
    MirrorResult two = ledger.results().get(1);

    assertThat(two.job().platforms()).isSameAs(one.job().platforms());
    assertThat(two.id().run()).isSameAs(one.id().run());
    assertThat(two.source().registry()).isSameAs(one.source().registry());
  }

  @Test
  void a_run_of_very_many_jobs_takes_no_memory_before_they_are_known() {
    RunLedger ledger = ledger(Integer.MAX_VALUE, 0);
    ledger.apply(events.planned(100_000));

    assertThat(ledger.counts().waiting()).isEqualTo(Integer.MAX_VALUE);
    assertThat(ledger.openLines()).hasSize(1);
  }

  /** Jobs stand on lines 10, 20, …; job 7 is not known. */
  private RunLedger mixed() {
    RunLedger ledger = ledger(7, 2);
    ledger.apply(events.rejected(35, "in between"));
    ledger.apply(events.planned(6));
    ledger.apply(events.started(5));
    ledger.apply(events.finished(4, new Outcome.Cancelled("Somebody cancelled the run.")));
    ledger.apply(events.finished(3, Events.failed(FailureKind.DENIED)));
    ledger.apply(events.finished(2, new Outcome.Unchanged()));
    ledger.apply(events.finished(1, new Outcome.Mirrored()));
    ledger.apply(events.rejected(5, "first of all"));
    return ledger;
  }

  private RunLedger ledger(int jobs, int rejected) {
    return new RunLedger(events.run(jobs, rejected));
  }
}

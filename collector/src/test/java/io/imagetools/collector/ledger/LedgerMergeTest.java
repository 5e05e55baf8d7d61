package io.imagetools.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LedgerMergeTest {
  private final Events events = new Events(new RunId("run-1"));

  @Test
  void of_two_results_the_better_one_counts_in_whatever_order_they_come() {
    List<Outcome> worstFirst =
        List.of(
            Events.failed(FailureKind.NO_RESULT),
            new Outcome.Cancelled("Stopped."),
            Events.failed(FailureKind.NETWORK),
            new Outcome.Unchanged(),
            new Outcome.Mirrored());
    for (int better = 1; better < worstFirst.size(); better++) {
      for (int worse = 0; worse < better; worse++) {
        JobEvent early = events.finished(1, worstFirst.get(better), 1);
        JobEvent late = events.finished(1, worstFirst.get(worse), 2);

        assertThat(outcomeOf(early, late)).isEqualTo(worstFirst.get(better));
        assertThat(outcomeOf(late, early)).isEqualTo(worstFirst.get(better));
      }
    }
  }

  @Test
  void of_two_failures_the_later_one_counts() {
    JobEvent early = events.finished(1, Events.failed(FailureKind.NETWORK), 1);
    JobEvent late = events.finished(1, Events.failed(FailureKind.DENIED), 2);

    assertThat(outcomeOf(early, late)).isEqualTo(Events.failed(FailureKind.DENIED));
    assertThat(outcomeOf(late, early)).isEqualTo(Events.failed(FailureKind.DENIED));
  }

  private Outcome outcomeOf(JobEvent first, JobEvent second) {
    RunLedger ledger = new RunLedger(events.run(1, 0));
    ledger.apply(first);
    ledger.apply(second);
    return ledger.results().get(0).outcome();
  }

  @RepeatedTest(50)
  void the_same_events_give_the_same_ledger_in_any_order_and_number() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<JobEvent> all = events.random(random, 60, 20);

    RunLedger straight = applied(all);
    List<JobEvent> shuffled = new ArrayList<>(all);
    for (int i = 0; i < 60; i++) {
      shuffled.add(all.get(random.nextInt(all.size())));
    }
    Collections.shuffle(shuffled, random);
    RunLedger other = applied(shuffled);

    assertSame(other, straight);
    shuffled.forEach(event -> assertThat(other.apply(event)).isFalse());
    assertSame(other, straight);
    assertThat(sum(straight.counts())).isEqualTo(20);
    assertThat(straight.counts().bytes()).isEqualTo(bytes(straight.results()));
  }

  private static int sum(Counts counts) {
    return counts.ended() + counts.running() + counts.waiting();
  }

  private static ByteCounts bytes(List<MirrorResult> results) {
    return results.stream().map(MirrorResult::bytes).reduce(ByteCounts.NONE, ByteCounts::plus);
  }

  private static void assertSame(RunLedger ledger, RunLedger expected) {
    assertThat(ledger.counts()).isEqualTo(expected.counts());
    assertThat(ledger.results()).isEqualTo(expected.results());
    assertThat(ledger.rejected()).isEqualTo(expected.rejected());
    assertThat(ledger.openLines()).isEqualTo(expected.openLines());
    assertThat(ledger.failedLines()).isEqualTo(expected.failedLines());
    assertThat(ledger.unnamed()).isEqualTo(expected.unnamed());
    assertThat(ledger.isComplete()).isEqualTo(expected.isComplete());
  }

  private RunLedger applied(List<JobEvent> all) {
    RunLedger ledger = new RunLedger(events.run(20, 2));
    all.forEach(ledger::apply);
    return ledger;
  }
}

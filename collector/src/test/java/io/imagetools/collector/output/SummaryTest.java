package io.imagetools.collector.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.collector.ledger.Events;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.ByteSize;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final Path LIST = Path.of("mirror-failed.txt");
  private final Events events = new Events(new RunId("run-1"));

  @Test
  void a_run_without_failures_is_four_lines() {
    RunLedger ledger = new RunLedger(events.run(2, 0));
    ledger.apply(events.finished(1, new Outcome.Mirrored(), 5));
    ledger.apply(events.finished(2, new Outcome.Unchanged(), 15));

    assertThat(Summary.lines(ledger, true, Events.NOW, LIST))
        .containsExactly(
            "Run run-1: 2 images in 1 min 30 s.",
            "1 mirrored, 1 there already, 0 failed.",
            "20 B copied, 200 B mounted from other repositories, 2.0 KiB there already.",
            "Nothing failed.");
  }

  @Test
  void failures_come_by_kind_with_what_to_do_and_three_examples() {
    RunLedger ledger = new RunLedger(events.run(7, 1));
    ledger.apply(events.finished(1, Events.failed(FailureKind.DENIED)));
    for (int number = 2; number <= 5; number++) {
      ledger.apply(events.finished(number, Events.failed(FailureKind.RATE_LIMITED)));
    }
    ledger.apply(events.finished(6, new Outcome.Cancelled("Somebody\ncancelled\u001b it.")));
    ledger.apply(events.rejected(3, "a b c d"));

    List<String> lines = Summary.lines(ledger, true, Events.NOW, LIST);

    assertThat(lines)
        .contains(
            "0 mirrored, 0 there already, 5 failed, 1 cancelled, 1 not begun, 1 line of the list not usable.")
        .containsSubsequence(
            "4 x RATE_LIMITED: " + FailureKind.RATE_LIMITED.remedy(),
            "  [M_ID:2] docker.io/library/a2:1: It failed.",
            "  [M_ID:3] docker.io/library/a3:1: It failed.",
            "  [M_ID:4] docker.io/library/a4:1: It failed.",
            "  and 1 more",
            "1 x DENIED: " + FailureKind.DENIED.remedy(),
            "1 x CANCELLED: " + FailureKind.CANCELLED.remedy(),
            "  [M_ID:6] docker.io/library/a6:1: Somebody cancelled? it.",
            "  line 3, 'a b c d': No job can be made of it.");
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo(
            "What was not mirrored is in mirror-failed.txt (7 lines): correct what needs it, then"
                + " feed it back with -f mirror-failed.txt. 1 image can't be named, because"
                + " nothing is known of them: submit the list again.");
  }

  @Test
  void what_was_not_read_when_it_was_interrupted_is_not_lost() {
    RunLedger ledger = new RunLedger(events.run(3, 0));
    String notRead = "not read yet: mirror-failed.txt keeps what it had of them.";

    assertThat(Summary.lines(ledger, false, Events.NOW, LIST))
        .last()
        .isEqualTo("3 images " + notRead);
    ledger.apply(events.finished(1, new Outcome.Mirrored(), 5));
    ledger.apply(events.finished(2, Events.failed(FailureKind.DENIED)));

    assertThat(Summary.lines(ledger, false, Events.NOW, LIST))
        .last()
        .isEqualTo(
            "What was not mirrored is in mirror-failed.txt (1 line): correct what needs it, then"
                + " feed it back with -f mirror-failed.txt. 1 image "
                + notRead);
  }

  @Test
  void sizes_and_times_are_for_people() {
    assertThat(List.of(0L, 1023L, 1024L, 1_048_524L, 1_048_575L, Long.MAX_VALUE))
        .extracting(ByteSize::of)
        .containsExactly("0 B", "1023 B", "1.0 KiB", "1023.9 KiB", "1.0 MiB", "8.0 EiB");
    assertThat(List.of(-5L, 59L, 60L, 7387L))
        .extracting(seconds -> Elapsed.of(java.time.Duration.ofSeconds(seconds)))
        .containsExactly("0 s", "59 s", "1 min 0 s", "2 h 3 min 7 s");
  }
}

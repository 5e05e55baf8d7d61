package io.imagetools.cli.command;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code status RUN} says besides the counts. Stateless. */
final class RunDetails {
  private static final double MILLIS_A_MINUTE = 60_000;

  private RunDetails() {}

  /** The lines, without line ends. */
  static List<String> lines(RunLedger ledger, Instant now) {
    List<String> lines = new ArrayList<>();
    if (ledger.run().parent() != null) {
      lines.add("Repeats failures of run " + ledger.run().parent() + ".");
    }
    lines.add(speed(ledger, now));
    lines.add(failures(ledger));
    return lines;
  }

  /** Over all of the run's time, so that a run that waited for workers says so. */
  private static String speed(RunLedger ledger, Instant now) {
    Counts counts = ledger.counts();
    int left = counts.total() - counts.ended();
    Instant until = left == 0 ? lastResult(ledger, now) : now;
    long millis = Math.max(1, Duration.between(ledger.run().createdAt(), until).toMillis());
    double perMinute = counts.ended() * MILLIS_A_MINUTE / millis;
    String rate =
        String.format(Locale.ROOT, "Rate: %.1f images a minute since its start", perMinute);
    if (left == 0) {
      return rate + "; all have ended.";
    }
    if (counts.ended() == 0) {
      return rate + "; the time left is not known yet.";
    }
    long leftMillis = (long) (left / perMinute * MILLIS_A_MINUTE);
    return rate + "; about " + time(Duration.ofMillis(leftMillis)) + " left.";
  }

  private static Instant lastResult(RunLedger ledger, Instant now) {
    return ledger.results().stream()
        .map(MirrorResult::finishedAt)
        .max(Comparator.naturalOrder())
        .orElse(now);
  }

  private static String failures(RunLedger ledger) {
    Map<FailureKind, Integer> counted = new EnumMap<>(FailureKind.class);
    for (MirrorResult result : ledger.results()) {
      if (result.outcome() instanceof Outcome.Failed failed) {
        counted.merge(failed.kind(), 1, Integer::sum);
      } else if (result.outcome() instanceof Outcome.Cancelled) {
        counted.merge(FailureKind.CANCELLED, 1, Integer::sum);
      }
    }
    if (counted.isEmpty()) {
      return "Failures: none.";
    }
    return counted.entrySet().stream()
        .sorted(Comparator.comparingInt(kind -> -kind.getValue()))
        .map(kind -> kind.getValue() + " x " + kind.getKey())
        .collect(Collectors.joining(", ", "Failures: ", "."));
  }

  /** {@code 1:02:03} or {@code 2:03}. */
  private static String time(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutesPart(), time.toSecondsPart());
  }
}

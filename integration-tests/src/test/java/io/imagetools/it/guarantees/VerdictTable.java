package io.imagetools.it.guarantees;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The verdicts as a table of Markdown. */
final class VerdictTable {
  private static final String HEAD =
      "| what happens | queue | jobs | lost | no result | finished, begun again | in flight, begun"
          + " again | redelivered after, median / longest | slots busy | makespan / ideal | |\n"
          + "|---|---|---|---|---|---|---|---|---|---|---|\n";

  private VerdictTable() {}

  static String of(Collection<Verdict> verdicts) {
    StringBuilder table = new StringBuilder(HEAD);
    verdicts.stream()
        .sorted(Comparator.comparing(Verdict::scenario).thenComparing(Verdict::queue))
        .forEach(verdict -> table.append(row(verdict)));
    return table.toString();
  }

  private static String row(Verdict v) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %d | %d | %s | %d | %s | %.0f %% | %s / %s s | %s |%n",
        v.scenario().words(),
        v.queue().name().toLowerCase(Locale.ROOT),
        v.jobs(),
        v.lost(),
        v.withoutResult(),
        v.repeated().size() + beside(v.cutOff(), "cut off") + beside(v.moved(), "moved"),
        v.begunAgain(),
        v.slowestRedelivery().isZero()
            ? "–"
            : seconds(v.redelivery()) + " / " + seconds(v.slowestRedelivery()) + " s",
        v.slotsBusy() * 100,
        seconds(v.makespan()),
        seconds(v.ideal()),
        v.remark());
  }

  private static String beside(int count, String why) {
    return count == 0 ? "" : " (+ " + count + " " + why + ")";
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
  }
}

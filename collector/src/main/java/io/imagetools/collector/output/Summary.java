package io.imagetools.collector.output;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.ByteSize;
import io.imagetools.common.job.JobEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a person reads at the end of a run. Stateless. */
public final class Summary {
  private static final int EXAMPLES = 3;
  private static final int MAX_TEXT = 120;

  private Summary() {}

  /**
   * The lines, without line ends: counts, bytes and time; then failures by kind with what to do and
   * a few examples; then where the failed list is.
   *
   * @param ended false: it was left before its end, and maybe before all of it was read
   * @param failedList as the user named it
   */
  public static List<String> lines(
      RunLedger ledger, boolean ended, Instant finishedAt, Path failedList) {
    Counts counts = ledger.counts();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Run %s: %s in %s."
            .formatted(
                ledger.run().id(),
                plural(counts.total(), "image"),
                Elapsed.of(Duration.between(ledger.run().createdAt(), finishedAt))));
    lines.add(outcomes(counts));
    lines.add(bytes(counts.bytes()));
    lines.addAll(FailureGroups.lines(ledger.results()));
    lines.addAll(rejected(ledger.rejected()));
    lines.add(conclusion(ledger, ended, counts, failedList));
    return lines;
  }

  private static String outcomes(Counts counts) {
    List<String> parts = new ArrayList<>();
    parts.add(counts.mirrored() + " mirrored");
    parts.add(counts.unchanged() + " there already");
    parts.add(counts.failed() + " failed");
    addIfAny(parts, counts.cancelled(), "cancelled");
    addIfAny(parts, counts.running(), "begun, not ended");
    addIfAny(parts, counts.waiting(), "not begun");
    if (counts.rejected() > 0) {
      parts.add(plural(counts.rejected(), "line") + " of the list not usable");
    }
    return String.join(", ", parts) + ".";
  }

  private static void addIfAny(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private static String bytes(ByteCounts bytes) {
    return "%s copied, %s mounted from other repositories, %s there already."
        .formatted(
            ByteSize.of(bytes.copied()),
            ByteSize.of(bytes.mounted()),
            ByteSize.of(bytes.skipped()));
  }

  private static List<String> rejected(List<JobEvent.LineRejected> rejected) {
    List<String> lines = new ArrayList<>();
    if (rejected.isEmpty()) {
      return lines;
    }
    lines.add(plural(rejected.size(), "line") + " of the list not usable: correct them.");
    rejected.stream()
        .limit(EXAMPLES)
        .map(
            line ->
                "  line %d, '%s': %s"
                    .formatted(line.line(), ShortText.of(line.text(), MAX_TEXT), line.reason()))
        .forEach(lines::add);
    if (rejected.size() > EXAMPLES) {
      lines.add("  and %d more".formatted(rejected.size() - EXAMPLES));
    }
    return lines;
  }

  private static String conclusion(
      RunLedger ledger, boolean ended, Counts counts, Path failedList) {
    if (counts.isAllMirrored()) {
      return "Nothing failed.";
    }
    int listed = counts.total() - counts.mirrored() - counts.unchanged() + counts.rejected();
    int unnamed = ledger.unnamed();
    String where =
        "What was not mirrored is in %s (%s): correct what needs it, then feed it back with -f %s."
            .formatted(failedList, plural(listed - unnamed, "line"), failedList);
    String others = ended ? lost(unnamed) : notReadYet(unnamed, failedList);
    if (listed == unnamed) {
      return others;
    }
    return unnamed == 0 ? where : where + " " + others;
  }

  private static String lost(int unnamed) {
    return "%s can't be named, because nothing is known of them: submit the list again."
        .formatted(plural(unnamed, "image"));
  }

  private static String notReadYet(int unnamed, Path failedList) {
    return "%s not read yet: %s keeps what it had of them."
        .formatted(plural(unnamed, "image"), failedList);
  }

  private static String plural(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}

package io.imagetools.collector.output;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The failures of a run by kind, the most frequent first, each with what to do and examples. */
final class FailureGroups {
  private static final int EXAMPLES = 3;
  private static final int MAX_MESSAGE = 300;

  private FailureGroups() {}

  static List<String> lines(List<MirrorResult> results) {
    Map<FailureKind, List<String>> groups = new EnumMap<>(FailureKind.class);
    for (MirrorResult result : results) {
      if (result.outcome() instanceof Outcome.Failed failed) {
        groups
            .computeIfAbsent(failed.kind(), kind -> new ArrayList<>())
            .add(example(result, failed.message()));
      } else if (result.outcome() instanceof Outcome.Cancelled cancelled) {
        groups
            .computeIfAbsent(FailureKind.CANCELLED, kind -> new ArrayList<>())
            .add(example(result, cancelled.reason()));
      }
    }
    List<String> lines = new ArrayList<>();
    groups.entrySet().stream()
        .sorted(Comparator.comparingInt(group -> -group.getValue().size()))
        .forEach(group -> add(lines, group.getKey(), group.getValue()));
    return lines;
  }

  private static void add(List<String> lines, FailureKind kind, List<String> examples) {
    lines.add("%d x %s: %s".formatted(examples.size(), kind, kind.remedy()));
    examples.stream().limit(EXAMPLES).forEach(lines::add);
    if (examples.size() > EXAMPLES) {
      lines.add("  and %d more".formatted(examples.size() - EXAMPLES));
    }
  }

  private static String example(MirrorResult result, String message) {
    return "  [M_ID:%d] %s: %s"
        .formatted(result.id().number(), result.source(), ShortText.of(message, MAX_MESSAGE));
  }
}

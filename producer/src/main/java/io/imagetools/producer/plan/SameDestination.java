package io.imagetools.producer.plan;

import io.imagetools.common.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The lines that write one destination: one job if they have one source, a conflict if they have
 * several. Hardly ever more than one line, but a list may be all of one destination, so nothing
 * here looks at each pair of lines.
 */
final class SameDestination {
  /** How many lines a sentence names. */
  private static final int NAMED = 5;

  private final ImageReference destination;
  private final List<ResolvedLine> lines = new ArrayList<>(1);

  SameDestination(ImageReference destination) {
    this.destination = destination;
  }

  void add(ResolvedLine line) {
    lines.add(line);
  }

  ResolvedLine first() {
    return lines.get(0);
  }

  List<ResolvedLine> repetitions() {
    return lines.subList(1, lines.size());
  }

  boolean isConflict() {
    ImageReference content = first().content();
    return repetitions().stream().anyMatch(line -> !line.content().equals(content));
  }

  /** Gives every line with the sentence that names the first line of each other source. */
  void forEach(BiConsumer<ResolvedLine, String> action) {
    Map<ImageReference, Integer> firstOfSource = new LinkedHashMap<>();
    lines.forEach(line -> firstOfSource.putIfAbsent(line.content(), line.number()));
    for (ResolvedLine line : lines) {
      List<Integer> others =
          firstOfSource.entrySet().stream()
              .filter(source -> !source.getKey().equals(line.content()))
              .map(Map.Entry::getValue)
              .limit(NAMED)
              .toList();
      action.accept(line, sentence(others, firstOfSource.size() - 1 - others.size()));
    }
  }

  private String sentence(List<Integer> others, int more) {
    String numbers = others.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "%s %s%s would write %s too, from another source: keep one of them."
        .formatted(
            others.size() == 1 ? "Line" : "Lines",
            numbers,
            more == 0 ? "" : " and " + more + " more",
            destination);
  }
}

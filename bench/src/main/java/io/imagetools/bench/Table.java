package io.imagetools.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A scenario's results as Markdown, with bars. Immutable. */
final class Table {

  private static final int WIDTH = 50;
  private static final String FLOOR = Peer.floor().name();
  private static final String SKOPEO = Peer.skopeo().name();

  private final Scenario scenario;
  private final Results results;

  Table(Scenario scenario, Results results) {
    this.scenario = scenario;
    this.results = results;
  }

  String markdown() {
    StringBuilder text = new StringBuilder("## " + scenario.title() + "\n\n");
    for (boolean unchanged : List.of(false, true)) {
      text.append(rows(unchanged)).append('\n').append(bars(unchanged)).append('\n');
    }
    return text.append(troubles()).toString();
  }

  /** A paragraph for each way and round without a result. */
  String troubles() {
    StringBuilder text = new StringBuilder();
    for (String way : results.ways()) {
      for (String trouble : results.troubles(way)) {
        text.append("No result: ").append(way).append(": ").append(trouble).append("\n\n");
      }
    }
    return text.toString();
  }

  private String rows(boolean unchanged) {
    StringBuilder text = new StringBuilder();
    text.append(unchanged ? "| unchanged " : "| new to the destination ")
        .append("| wall s | / floor | / skopeo ×20 | CPU s | peak MiB | requests source")
        .append(" | destination | first image after s | images s | / floor | slots idle |\n")
        .append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (String way : results.ways()) {
      if (!results.samples(way, unchanged).isEmpty()) {
        text.append(row(way, unchanged));
      }
    }
    return text.toString();
  }

  private String row(String way, boolean unchanged) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            way,
            number(median(way, unchanged, Sample::wall), "%.2f"),
            number(results.ratio(way, FLOOR, unchanged), "%.2f"),
            number(results.ratio(way, SKOPEO, unchanged), "%.3f"),
            number(median(way, unchanged, Sample::cpu), "%.1f"),
            number(median(way, unchanged, Sample::peakMib), "%.0f"),
            number(median(way, unchanged, Sample::sourceRequests), "%.0f"),
            number(median(way, unchanged, Sample::destinationRequests), "%.0f"),
            number(slots(way, unchanged, Slots::startUp), "%.2f"),
            number(slots(way, unchanged, Slots::working), "%.2f"),
            number(results.workingRatio(way, FLOOR, unchanged), "%.2f"),
            number(slots(way, unchanged, slots -> slots.idle() * 100), "%.1f %%"));
  }

  private Optional<Double> median(String way, boolean unchanged, ToDoubleFunction<Sample> what) {
    return results.median(way, unchanged, what);
  }

  private Optional<Double> slots(String way, boolean unchanged, ToDoubleFunction<Slots> what) {
    boolean known = results.samples(way, unchanged).stream().allMatch(s -> s.slots().isPresent());
    return known
        ? median(way, unchanged, sample -> what.applyAsDouble(sample.slots().orElseThrow()))
        : Optional.empty();
  }

  static String number(Optional<Double> value, String format) {
    return value.map(known -> String.format(Locale.ROOT, format, known)).orElse("");
  }

  /** One bar a way, as long as its wall time. */
  String bars(boolean unchanged) {
    double longest =
        results.ways().stream()
            .flatMap(way -> median(way, unchanged, Sample::wall).stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    StringBuilder text = new StringBuilder("```\n");
    for (String way : results.ways()) {
      median(way, unchanged, Sample::wall)
          .ifPresent(
              wall ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "%-38s %-" + WIDTH + "s %.2f s%n",
                          way,
                          "#".repeat((int) Math.max(1, Math.round(WIDTH * wall / longest))),
                          wall)));
    }
    return text.append("```\n").toString();
  }
}

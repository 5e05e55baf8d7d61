package io.imagetools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the project wants to be, beside what it was: the lines a README may quote. */
final class Targets {

  private static final String FLOOR = Peer.floor().name();
  private static final String SKOPEO = Peer.skopeo().name();

  private final Results results;
  private final String command = new ImageTools("registry", 20).name();
  private final String worker;

  /** Of the scenario of large images. */
  Targets(Results results, BrokerProcess broker) {
    this.results = results;
    this.worker = new Workers(1, "registry", 20, broker).name();
  }

  String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| target | wanted | measured | |");
    lines.add("|---|---:|---:|---|");
    lines.add(atMost("a worker that is up / floor, new", 1.3, results.ratio(worker, FLOOR, false)));
    lines.add(
        atMost(
            "the same without the command's start and end",
            1.3,
            results.workingRatio(worker, FLOOR, false)));
    lines.add(
        atLeast("20 × skopeo / a worker that is up, new", 3, results.ratio(SKOPEO, worker, false)));
    lines.add(atLeast("the same without the command's start and end", 3, timesAsFast(false)));
    lines.add(bound("20 × skopeo / floor, new: nobody can be faster", false));
    lines.add(atMost("one command / floor, new", 1.8, results.ratio(command, FLOOR, false)));
    lines.add(atLeast("20 × skopeo / one command, new", 2, results.ratio(SKOPEO, command, false)));
    lines.add(
        atLeast(
            "20 × skopeo / a worker that is up, unchanged",
            10,
            results.ratio(SKOPEO, worker, true)));
    lines.add(atLeast("the same without the command's start and end", 10, timesAsFast(true)));
    lines.add(
        atLeast("20 × skopeo / one command, unchanged", 10, results.ratio(SKOPEO, command, true)));
    lines.add(bound("20 × skopeo / floor, unchanged: nobody can be faster", true));
    lines.add(atMost("one command: seconds to the first image", 2, slots(command, Slots::startUp)));
    lines.add(
        atMost(
            "a worker that is up: slots idle between images, %",
            5, slots(worker, slots -> slots.idle() * 100)));
    return String.join("\n", lines) + "\n";
  }

  private Optional<Double> slots(String way, java.util.function.ToDoubleFunction<Slots> what) {
    return results.median(way, false, sample -> what.applyAsDouble(sample.slots().orElseThrow()));
  }

  private Optional<Double> timesAsFast(boolean unchanged) {
    return results.workingRatio(worker, SKOPEO, unchanged).map(ratio -> 1 / ratio);
  }

  private String bound(String what, boolean unchanged) {
    return String.format(
        Locale.ROOT,
        "| %s | | %s | |",
        what,
        Table.number(results.ratio(SKOPEO, FLOOR, unchanged), "%.2f"));
  }

  private static String atMost(String what, double wanted, Optional<Double> measured) {
    return line(what, "≤ " + text(wanted), measured, measured.map(value -> value <= wanted));
  }

  private static String atLeast(String what, double wanted, Optional<Double> measured) {
    return line(what, "≥ " + text(wanted), measured, measured.map(value -> value >= wanted));
  }

  private static String text(double wanted) {
    return String.format(Locale.ROOT, wanted == Math.rint(wanted) ? "%.0f" : "%.1f", wanted);
  }

  private static String line(
      String what, String wanted, Optional<Double> measured, Optional<Boolean> reached) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s |",
        what,
        wanted,
        Table.number(measured, "%.2f"),
        reached.map(yes -> yes ? "reached" : "missed").orElse("not measured"));
  }
}

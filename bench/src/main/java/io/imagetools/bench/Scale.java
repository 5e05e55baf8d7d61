package io.imagetools.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What more workers bring: images a second while there was work, beside what one worker does. */
final class Scale {

  private final Scenario scenario;
  private final Results results;

  Scale(Scenario scenario, Results results) {
    this.scenario = scenario;
    this.results = results;
  }

  String markdown() {
    StringBuilder text = new StringBuilder("## " + scenario.title() + "\n\n");
    text.append(
        "| workers | images a second | of linear | wall s | CPU s |\n|---|---:|---:|---:|---:|\n");
    Optional<Double> one = Optional.empty();
    for (Way way : scenario.always()) {
      int count = ((Workers) way).count();
      Optional<Double> rate =
          results.median(
              way.name(),
              false,
              sample -> scenario.corpus().images().size() / sample.slots().orElseThrow().working());
      one = one.isPresent() ? one : rate.map(known -> known / count);
      Optional<Double> single = one;
      Optional<Double> linear =
          rate.flatMap(known -> single.map(base -> known / count / base * 100));
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s |%n",
              count,
              Table.number(rate, "%.2f"),
              Table.number(linear, "%.0f %%"),
              Table.number(results.median(way.name(), false, Sample::wall), "%.2f"),
              Table.number(results.median(way.name(), false, Sample::cpu), "%.1f")));
      for (String trouble : results.troubles(way.name())) {
        text.append("\nNo result: ").append(trouble).append("\n");
      }
    }
    return text.append('\n').toString();
  }

  static List<Way> ways(int jobs, BrokerProcess broker) {
    return List.of(
        new Workers(1, "registry", jobs, broker),
        new Workers(2, "registry", jobs, broker),
        new Workers(4, "registry", jobs, broker));
  }
}

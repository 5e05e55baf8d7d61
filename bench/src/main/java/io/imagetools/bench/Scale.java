package io.imagetools.bench;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

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
    text.append("| workers | images a second | of linear | wall s | CPU s | peak MiB")
        .append(" | requests source | destination |\n")
        .append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Way way : scenario.always()) {
      text.append(row(way.name(), ((Workers) way).count()));
    }
    Table table = new Table(scenario, results);
    return text.append('\n')
        .append(table.bars(false))
        .append('\n')
        .append(table.troubles())
        .toString();
  }

  private String row(String way, int count) {
    int images = scenario.corpus().images().size();
    return "| %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            count,
            number(way, sample -> images / sample.slots().orElseThrow().working(), "%.2f"),
            Table.number(linear(way, count), "%.0f %%"),
            number(way, Sample::wall, "%.2f"),
            number(way, Sample::cpu, "%.1f"),
            number(way, Sample::peakMib, "%.0f"),
            number(way, Sample::sourceRequests, "%.0f"),
            number(way, Sample::destinationRequests, "%.0f"));
  }

  /** Against what one worker did in the same rounds; none where none was alone. */
  private Optional<Double> linear(String way, int count) {
    return scenario.always().stream()
        .filter(other -> ((Workers) other).count() == 1)
        .findFirst()
        .flatMap(one -> results.workingRatioOfBoth(one.name(), way, false))
        .map(times -> times / count * 100);
  }

  private String number(String way, ToDoubleFunction<Sample> what, String format) {
    return Table.number(results.median(way, false, what), format);
  }

  static List<Way> ways(int jobs, BrokerProcess broker) {
    return List.of(
        new Workers(1, "registry", jobs, broker),
        new Workers(2, "registry", jobs, broker),
        new Workers(4, "registry", jobs, broker));
  }
}

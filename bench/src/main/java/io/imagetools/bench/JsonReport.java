package io.imagetools.bench;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every sample, for programs. Used by one thread. */
final class JsonReport {

  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode root = JSON.createObjectNode();
  private final ArrayNode scenarios;

  JsonReport(Map<String, String> circumstances) {
    ObjectNode node = root.putObject("circumstances");
    circumstances.forEach(node::put);
    this.scenarios = root.putArray("scenarios");
  }

  void add(Scenario scenario, Results results) {
    ObjectNode node = scenarios.addObject();
    node.put("title", scenario.title())
        .put("images", scenario.corpus().images().size())
        .put("latencyMillis", scenario.latency().toMillis());
    ArrayNode ways = node.putArray("ways");
    for (String name : results.ways()) {
      ObjectNode way = ways.addObject().put("name", name);
      for (boolean unchanged : List.of(false, true)) {
        ArrayNode rounds = way.putArray(unchanged ? "unchanged" : "new");
        results
            .rounds(name, unchanged)
            .forEach((round, sample) -> write(rounds.addObject().put("round", round), sample));
      }
      results.troubles(name).forEach(way.putArray("troubles")::add);
    }
  }

  private static void write(ObjectNode node, Sample sample) {
    node.put("wallSeconds", sample.wall())
        .put("cpuSeconds", sample.cpu())
        .put("peakMib", sample.peakMib())
        .put("sourceRequests", sample.sourceRequests())
        .put("destinationRequests", sample.destinationRequests());
    sample
        .slots()
        .ifPresent(
            slots ->
                node.put("startUpSeconds", slots.startUp())
                    .put("workingSeconds", slots.working())
                    .put("windUpSeconds", slots.windUp())
                    .put("idle", slots.idle()));
  }

  String text() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}

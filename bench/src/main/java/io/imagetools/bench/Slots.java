package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a run used its slots, from its report.
 *
 * @param startUp seconds from the start of the command to the first image's
 * @param working seconds from the first image's start to the last one's end
 * @param windUp seconds from there to the command's end
 * @param idle share of the slots' time in between in which they had no image, 0 to 1: what the
 *     queue costs, and what is lost because the last images do not end together
 */
record Slots(double startUp, double working, double windUp, double idle) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Of a run that was started and ended then. */
  static Slots of(Path report, Instant started, Instant ended, int slots) throws IOException {
    List<Instant> begins = new ArrayList<>();
    List<Instant> ends = new ArrayList<>();
    Duration busy = Duration.ZERO;
    JsonNode results = JSON.readTree(Files.readString(report)).path("results");
    for (JsonNode result : results) {
      Instant begin = Instant.parse(result.path("startedAt").asString());
      Instant end = Instant.parse(result.path("finishedAt").asString());
      begins.add(begin);
      ends.add(end);
      busy = busy.plus(Duration.between(begin, end));
    }
    Instant first = begins.stream().min(Instant::compareTo).orElse(started);
    Instant last = ends.stream().max(Instant::compareTo).orElse(ended);
    double working = Math.max(0.001, seconds(first, last));
    int used = Math.max(1, Math.min(slots, begins.size()));
    return new Slots(
        seconds(started, first),
        working,
        seconds(last, ended),
        1 - busy.toNanos() / 1e9 / used / working);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}

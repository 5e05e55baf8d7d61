package io.imagetools.cli.command;

import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.ParkedRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code status} says of jobs that wait beside the queue. Stateless. */
final class ParkedLines {

  private ParkedLines() {}

  private record Waiting(int jobs, Instant first, Instant last) {
    static Waiting of(ParkedRecord parked) {
      Instant until = parked.parking().notBefore();
      return new Waiting(1, until, until);
    }

    Waiting and(Waiting other) {
      return new Waiting(
          jobs + other.jobs,
          first.isBefore(other.first) ? first : other.first,
          last.isAfter(other.last) ? last : other.last);
    }
  }

  /** A line for each of these runs that has any; none if none has. */
  static List<String> of(Collection<ParkedRecord> parked, List<RunLedger> runs) {
    Map<String, Waiting> byRun = new TreeMap<>();
    for (ParkedRecord record : parked) {
      RunId run = record.job().id().run();
      if (runs.stream().anyMatch(ledger -> ledger.run().id().equals(run))) {
        byRun.merge(run.toString(), Waiting.of(record), Waiting::and);
      }
    }
    List<String> lines = new ArrayList<>();
    byRun.forEach(
        (run, waiting) ->
            lines.add(
                "Waiting beside the queue for a registry: "
                    + waiting.jobs()
                    + " images of run "
                    + run
                    + ", the first until "
                    + waiting.first().truncatedTo(ChronoUnit.SECONDS)
                    + ", the last until "
                    + waiting.last().truncatedTo(ChronoUnit.SECONDS)));
    return lines;
  }
}

package io.imagetools.collector.ledger;

import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A line of the failed list with the place it has in there.
 *
 * @param place the number of the line in the list that the run was made of
 */
record PlacedLine(int place, String text) {

  /** Jobs as lines that can be read again, and rejected lines as they stood, in list order. */
  static List<String> of(Collection<MirrorJob> jobs, Collection<JobEvent.LineRejected> rejected) {
    List<PlacedLine> lines = new ArrayList<>();
    jobs.forEach(
        job ->
            lines.add(
                new PlacedLine(job.line(), ListLineWriter.line(job.source(), job.destination()))));
    rejected.forEach(line -> lines.add(new PlacedLine(line.line(), line.text())));
    lines.sort(Comparator.comparingInt(PlacedLine::place));
    return lines.stream().map(PlacedLine::text).toList();
  }
}

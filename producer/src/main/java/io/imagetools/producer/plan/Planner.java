package io.imagetools.producer.plan;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.imagelist.WrittenImage;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes jobs of the lines of a list. Pure: the same lines and overrides give the same plan. Takes
 * time in proportion to the list.
 */
public final class Planner {
  private final RunId run;
  private final Overrides overrides;
  private final List<MirrorJob> jobs = new ArrayList<>();
  private final List<RejectedLine> rejected = new ArrayList<>();

  /** From the number of a repeated line to that of the first that says the same. */
  private final SortedMap<Integer, Integer> repeated = new TreeMap<>();

  /** In the order of first appearance, which is that of the jobs. */
  private final Map<ImageReference, SameDestination> destinations = new LinkedHashMap<>();

  private Planner(RunId run, Overrides overrides) {
    this.run = run;
    this.overrides = overrides;
  }

  /**
   * Plans a run.
   *
   * @param lines of one list, in its order
   */
  public static Plan plan(RunId run, List<ListLine> lines, Overrides overrides) {
    Planner planner = new Planner(run, overrides);
    lines.forEach(planner::read);
    planner.destinations.values().forEach(planner::decide);
    planner.rejected.sort(Comparator.comparingInt(RejectedLine::line));
    return new Plan(planner.jobs, planner.rejected, planner.repetitions());
  }

  private void read(ListLine line) {
    if (line instanceof ListLine.Malformed malformed) {
      reject(malformed, malformed.reason());
    } else if (line instanceof ListLine.Entry entry) {
      resolve(entry);
    }
  }

  private void resolve(ListLine.Entry entry) {
    WrittenImage destination = entry.destination();
    if (destination == null && overrides.destination() == null) {
      reject(entry, "It names no destination: set a registry with -d, or with DOCKER_REGISTRY.");
      return;
    }
    if (destination == null) {
      WrittenImage source = entry.source();
      destination = source.tagged(source.reference().requireTag());
    }
    try {
      ResolvedLine line = ResolvedLine.of(entry, destination, overrides);
      destinations.computeIfAbsent(line.destination(), SameDestination::new).add(line);
    } catch (InvalidReferenceException e) {
      reject(entry, "With -s and -d as given, " + e.getMessage() + ".");
    }
  }

  private void decide(SameDestination lines) {
    if (lines.isConflict()) {
      lines.forEach((line, reason) -> reject(line.entry(), reason));
      return;
    }
    ResolvedLine first = lines.first();
    jobs.add(
        new MirrorJob(
            new JobId(run, jobs.size() + 1),
            first.number(),
            first.source(),
            first.destination(),
            overrides.platforms(),
            overrides.overwrite(),
            overrides.referrers()));
    lines.repetitions().forEach(line -> repeated.put(line.number(), first.number()));
  }

  private void reject(ListLine line, String reason) {
    rejected.add(new RejectedLine(line.number(), line.text(), reason));
  }

  private List<String> repetitions() {
    return repeated.entrySet().stream()
        .map(
            line ->
                "Line %d says the same as line %d: it is mirrored once."
                    .formatted(line.getKey(), line.getValue()))
        .toList();
  }
}

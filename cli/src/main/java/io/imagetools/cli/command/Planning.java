package io.imagetools.cli.command;

import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.RunId;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.plan.Plan;
import io.imagetools.producer.plan.Planner;
import io.imagetools.producer.plan.RejectedLine;
import io.imagetools.producer.publish.RunIds;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the lines of a list to what is submitted; says what is wrong with lines. */
final class Planning {
  private static final Logger LOG = LoggerFactory.getLogger(Planning.class);

  /** Of a list with thousands of bad lines the log names so many; the failed list has all. */
  private static final int MOST_NAMED = 20;

  private Planning() {}

  /** A new run of these lines. */
  static Submission submission(List<ListLine> lines, Overrides overrides, Clock clock) {
    RunId run = new RunIds(clock).next();
    Plan plan = Planner.plan(run, lines, overrides);
    if (plan.jobs().isEmpty() && plan.rejected().isEmpty()) {
      LOG.warn("The list names no image: it has nothing but comments");
    }
    tell(plan);
    return submission(run, null, plan);
  }

  static Submission submission(RunId run, @Nullable RunId parent, Plan plan) {
    List<JobEvent.LineRejected> rejected =
        plan.rejected().stream()
            .map(line -> new JobEvent.LineRejected(run, line.line(), line.text(), line.reason()))
            .toList();
    return new Submission(run, parent, plan.jobs(), rejected);
  }

  private static void tell(Plan plan) {
    plan.repeated().stream().limit(MOST_NAMED).forEach(sentence -> LOG.info("{}", sentence));
    if (plan.repeated().size() > MOST_NAMED) {
      LOG.info("{} lines in all say what an earlier line says.", plan.repeated().size());
    }
    for (RejectedLine line : plan.rejected().stream().limit(MOST_NAMED).toList()) {
      LOG.error(
          "Line {} of the list can't be used and goes into the failed list as it stands: {}",
          line.line(),
          line.reason());
    }
    if (plan.rejected().size() > MOST_NAMED) {
      LOG.error(
          "{} lines of the list in all can't be used; all are in the failed list",
          plan.rejected().size());
    }
  }
}

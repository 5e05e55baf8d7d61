package io.imagetools.cli.command;

import io.imagetools.cli.options.ListOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.publish.Submission;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code image-tools plan}: what {@code mirror} would do. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Shows what would be mirrored, and does nothing.",
    description = {
      "One line a job on standard output: SOURCE -> DESTINATION. Lines that can't be used are named"
          + " on standard error, and make the exit status 1.",
      ""
    })
public final class PlanCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(PlanCommand.class);

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ListOptions list = new ListOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public PlanCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    log.start(invocation.streams());
    Overrides overrides =
        ListOverrides.read(Objects.requireNonNull(spec).commandLine(), list, invocation);
    return print(invocation, new ListSource(list.file()), overrides).status();
  }

  /** Prints the plan. */
  static ExitCode print(Invocation invocation, ListSource source, Overrides overrides) {
    Submission plan =
        Planning.submission(source.read(invocation.streams().in()), overrides, Clock.systemUTC());
    PrintStream out = invocation.streams().out();
    for (MirrorJob job : plan.jobs()) {
      out.println(job.source() + " -> " + job.destination());
    }
    out.flush();
    LOG.info(
        "{} images would be mirrored ({}), {} lines can't be used. Nothing was done.",
        plan.jobs().size(),
        overrides.platforms().isAll() ? "as they are" : "platforms " + overrides.platforms(),
        plan.rejected().size());
    return plan.rejected().isEmpty() ? ExitCode.OK : ExitCode.FAILURES;
  }
}

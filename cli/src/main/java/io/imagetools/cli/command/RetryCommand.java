package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.Retry;
import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.ExitCode;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools retry}: what failed in a run, once more, as a run of its own. */
@Command(
    name = "retry",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Puts what failed in a run on the queue again, as a new run.",
    description = {
      "With the platforms and registries that the run had. Prints the new run's id on standard"
          + " output, as enqueue does; the new run names the old one as its parent. Lines that no job"
          + " could be made of are not repeated: correct them first.",
      ""
    })
public final class RetryCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RetryCommand.class);

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The id of a run that has ended.")
  private String run = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      description =
          "Only failures of these kinds; several are separated by commas. Default: all. They are"
              + " ${COMPLETION-CANDIDATES}.")
  private Set<FailureKind> kinds = EnumSet.noneOf(FailureKind.class);

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public RetryCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    var settings = Kafka.settings(command, cluster);
    try (ProcessTracing tracing = invocation.tracing();
        Cluster connected =
            Cluster.open(
                settings, cluster.queue(), cluster.replicas(), Role.PRODUCER, Role.COLLECTOR)) {
      Run old = RunArgument.find(command, connected, RunArgument.id(command, run));
      return tell(old, new Retry(connected, tracing, Clock.systemUTC()).submit(old, kinds))
          .status();
    }
  }

  private ExitCode tell(Run old, Retry.Submitted submitted) {
    boolean allKnown = submitted.unnamed() == 0;
    if (submitted.run().isEmpty()) {
      if (allKnown) {
        LOG.info(
            "Nothing{} failed in run {}: there is nothing to retry",
            kinds.isEmpty() ? "" : " of " + kinds,
            old.id());
        return ExitCode.OK;
      }
      LOG.error(
          "Nothing that is known of run {} is to be retried, and not all is known: nothing was"
              + " submitted",
          old.id());
      return ExitCode.ENVIRONMENT;
    }
    Run next = submitted.run().get();
    LOG.info(
        "Run {} repeats {} of the {} images of run {}; 'image-tools collect {}' follows it",
        next.id(),
        next.jobs(),
        old.jobs(),
        old.id(),
        next.id());
    invocation.streams().out().println(next.id());
    return allKnown ? ExitCode.OK : ExitCode.FAILURES;
  }
}

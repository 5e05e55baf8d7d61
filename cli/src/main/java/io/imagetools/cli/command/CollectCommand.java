package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.options.OutputOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.collector.SilentJobs;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools collect}: the collector for one run. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Follows a run to its end and writes its failed list.",
    description = {
      "Catches up with a run however late, and may be started again at any time: it reads the run's"
          + " events from their beginning. Exits as mirror would.",
      ""
    })
public final class CollectCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The id that enqueue printed.")
  private String run = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--no-result-after",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "2m",
      description = {
        "When the queue is empty and nothing was heard of the run for so long, jobs without a result"
            + " are given up as NO_RESULT. Default: 2m."
      })
  private Duration grace = SilentJobs.DEFAULT_GRACE;

  /** Started so. */
  public CollectCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    RunId id = RunArgument.id(command, run);
    var settings = Kafka.settings(command, cluster);
    Outputs outputs = Outputs.check(command, output);
    try (Interrupts interrupts = Interrupts.ofProcess();
        Cluster connected = Cluster.open(settings, cluster.replicas())) {
      Run found = RunArgument.find(command, connected, id);
      return new Following(invocation, connected, outputs, grace, interrupts)
          .follow(found, null)
          .status();
    }
  }
}

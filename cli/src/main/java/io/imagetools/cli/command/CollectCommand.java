package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.options.MetricsOptions;
import io.imagetools.cli.options.OutputOptions;
import io.imagetools.cli.options.WebhookOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.collector.SilentJobs;
import io.imagetools.collector.intake.StatusPartitions;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools collect}: the collector for one run, or for every run. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Follows a run to its end and writes its failed list.",
    description = {
      "Catches up with a run however late, and may be started again at any time: it reads the run's"
          + " events from their beginning. Exits as mirror would.",
      "With --all it stays up and serves every run of the cluster, until it is told to end.",
      ""
    })
public final class CollectCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "The id that enqueue printed.")
  private @Nullable String run;

  @Option(
      names = "--all",
      description =
          "Every run, those that are not known yet too, each with its own RUN.failed.txt and"
              + " RUN.report.json.")
  private boolean all;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "With --all: the folder for these files, made if it is missing. Default: here.")
  private @Nullable Path folder;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private WebhookOptions webhook = new WebhookOptions();
  @Mixin private MetricsOptions metrics = new MetricsOptions();
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
    log.startWithVersion(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    var settings = Kafka.settings(command, cluster);
    if (all) {
      refuse(command, run != null, "give a run or --all, not both");
      refuse(
          command,
          isGiven("--output"),
          "with --all the files are named by their runs: give"
              + " --output-dir instead of --output");
      refuse(
          command,
          isGiven("--report"),
          "with --all each run has a report of its own: give"
              + " --output-dir instead of --report");
      WebhookChoice told = WebhookChoice.of(command, webhook, invocation);
      Path where = folder == null ? Path.of("") : folder;
      return ServedRuns.in(command, where, grace)
          .serve(settings, cluster.queue(), cluster.replicas(), metrics.port(), told)
          .status();
    }
    refuse(command, folder != null, "--output-dir goes with --all; give --output for one run");
    refuse(command, isGiven("--webhook"), "--webhook goes with --all");
    refuse(command, isGiven("--metrics-port"), "--metrics-port goes with --all");
    if (run == null) {
      throw new ParameterException(command, "which run? Give its id, or --all");
    }
    return collect(command, settings, RunArgument.id(command, run)).status();
  }

  private boolean isGiven(String option) {
    return Objects.requireNonNull(spec).commandLine().getParseResult().hasMatchedOption(option);
  }

  private static void refuse(CommandLine command, boolean wrong, String sentence) {
    if (wrong) {
      throw new ParameterException(command, sentence);
    }
  }

  private ExitCode collect(CommandLine command, KafkaSettings settings, RunId id)
      throws InterruptedException {
    try (Interrupts interrupts = Interrupts.ofProcess();
        Outputs outputs = Outputs.check(command, output);
        Cluster connected =
            Cluster.open(settings, cluster.queue(), cluster.replicas(), Role.COLLECTOR)) {
      Run found = RunArgument.find(command, connected, id);
      if (!new StatusPartitions(settings).hold(found)) {
        throw new EnvironmentException(
            "The events of run "
                + id
                + " were in partition "
                + found.statusPartition()
                + " of the topic "
                + settings.topics().status()
                + ", which is not there any more. Submit its list again.");
      }
      return new Following(invocation, connected, outputs, grace, interrupts).follow(found, null);
    }
  }
}

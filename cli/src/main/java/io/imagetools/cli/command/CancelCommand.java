package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.ExitCode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools cancel}: the rest of a run is not done. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Stops a run: what it has not mirrored yet is not mirrored.",
    description = {
      "Workers break off the copies that run and begin no further job of it. What was not mirrored"
          + " is CANCELLED and in the failed list. 'image-tools retry RUN' does it after all.",
      ""
    })
public final class CancelCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(CancelCommand.class);

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The id that enqueue printed.")
  private String run = "";

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public CancelCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    var settings = Kafka.settings(command, cluster);
    try (Cluster connected =
        Cluster.open(settings, cluster.queue(), cluster.replicas(), Role.CANCELLER)) {
      cancel(connected, RunArgument.find(command, connected, RunArgument.id(command, run)));
      return ExitCode.OK.status();
    }
  }

  private static void cancel(Cluster cluster, Run run) throws InterruptedException {
    switch (run.state()) {
      case DONE -> LOG.info("Run {} has ended already; there is nothing to cancel", run.id());
      case CANCELLED -> LOG.info("Run {} was cancelled already", run.id());
      case OPEN -> {
        cluster.runs().put(run.in(Run.State.CANCELLED));
        LOG.info(
            "Run {} is cancelled: workers break off its copies and begin no further job of it;"
                + " 'image-tools collect {} --bootstrap-server {}' writes what is not mirrored",
            run.id(),
            run.id(),
            cluster.settings().bootstrapServers());
      }
    }
  }
}

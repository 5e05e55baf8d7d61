package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.ListOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code image-tools enqueue}: the producer alone. */
@Command(
    name = "enqueue",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Puts the images of a list on a cluster's queue and returns at once.",
    description = {
      "Prints the run's id on standard output. 'image-tools collect RUN' waits for its end and writes"
          + " the failed list, whenever you like.",
      ""
    })
public final class EnqueueCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(EnqueueCommand.class);

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ListOptions list = new ListOptions();
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public EnqueueCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    Overrides overrides = ListOverrides.read(command, list, invocation);
    var settings = Kafka.settings(command, cluster);
    Clock clock = Clock.systemUTC();
    Submission submission =
        Planning.submission(
            new ListSource(list.file()).read(invocation.streams().in()), overrides, clock);
    try (ProcessTracing tracing = invocation.tracing();
        Cluster connected =
            Cluster.open(settings, cluster.queue(), cluster.replicas(), Role.PRODUCER);
        RunPublisher publisher = connected.publisher(clock)) {
      Run run = tracing.publish(publisher, submission);
      LOG.info(
          "Run {}: {} jobs are on the queue of {}, {} lines can't be used. 'image-tools collect {}"
              + " --bootstrap-server {}' follows it",
          run.id(),
          run.jobs(),
          settings.bootstrapServers(),
          run.rejectedLines(),
          run.id(),
          settings.bootstrapServers());
      invocation.streams().out().println(run.id());
      return (run.rejectedLines() == 0 ? ExitCode.OK : ExitCode.FAILURES).status();
    }
  }
}

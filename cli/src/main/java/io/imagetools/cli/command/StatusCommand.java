package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.ExitCode;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools status}: runs and their counts, read from the topics. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Shows the runs of a cluster and how far they are.",
    description = {"Reads the topics; changes nothing.", ""})
public final class StatusCommand implements Callable<Integer> {
  private static final String ROW = "%-32s %-10s %8s %8s %9s %6s %9s %7s %7s %8s%n";

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "Only that one, with its rate and its failures. Default: all.")
  private @Nullable String run;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    var settings = Kafka.settings(command, cluster);
    try (Cluster connected =
        Cluster.open(settings, cluster.queue(), cluster.replicas(), Role.OBSERVER)) {
      Collection<Run> runs =
          run == null
              ? connected.runs().all()
              : List.of(RunArgument.find(command, connected, RunArgument.id(command, run)));
      List<RunLedger> ledgers = new RunSnapshots(settings).of(runs);
      print(ledgers);
      Collection<ParkedRecord> parked = connected.parked().all();
      if (run != null) {
        RunDetails.lines(ledgers.get(0), Clock.systemUTC().instant())
            .forEach(invocation.streams().out()::println);
      }
      OptionalLong waiting = connected.lag().jobs();
      invocation
          .streams()
          .out()
          .println(
              waiting.isPresent()
                  ? "Jobs on the queue, waiting or running: " + waiting.getAsLong()
                  : "No worker has ever taken a job from this queue.");
      ParkedLines.of(parked, ledgers).forEach(invocation.streams().out()::println);
      return ExitCode.OK.status();
    }
  }

  private void print(List<RunLedger> ledgers) {
    PrintStream out = invocation.streams().out();
    out.printf(
        ROW,
        "RUN",
        "STATE",
        "IMAGES",
        "MIRRORED",
        "UNCHANGED",
        "FAILED",
        "CANCELLED",
        "RUNNING",
        "WAITING",
        "REJECTED");
    for (RunLedger ledger : ledgers) {
      Counts counts = ledger.counts();
      out.printf(
          ROW,
          ledger.run().id(),
          ledger.run().state(),
          counts.total(),
          counts.mirrored(),
          counts.unchanged(),
          counts.failed(),
          counts.cancelled(),
          counts.running(),
          counts.waiting(),
          counts.rejected());
    }
  }
}

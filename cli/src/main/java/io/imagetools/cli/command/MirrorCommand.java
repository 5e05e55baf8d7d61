package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.ExecutionOptions;
import io.imagetools.cli.options.JobsOption;
import io.imagetools.cli.options.ListOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.options.OutputOptions;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.worker.execution.ExecutionSettings;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code image-tools mirror}: from the list to the failed list, here or by a cluster's workers. */
@Command(
    name = "mirror",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Mirrors the images of a list and waits for the end.",
    description = {
      "Without --bootstrap-server all of it runs in this process, with nothing to start first. With"
          + " it the jobs go to that cluster, whose workers do them, and this command follows.",
      ""
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  DOCKER_USERNAME, DOCKER_PASSWORD  for the destination; else the files of docker and skopeo",
      "                                    serve (REGISTRY_AUTH_FILE, auth.json, config.json)",
      "  DOCKER_REGISTRY                   destination registry where -d is not given",
      "",
      "Example:  image-tools mirror -f images.txt -d registry.example.org -j 20"
    })
public final class MirrorCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ListOptions list = new ListOptions();
  @Mixin private JobsOption jobs = new JobsOption();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--dry-run",
      description = "Shows what would be done and does nothing, like the command plan.")
  private boolean dryRun;

  @ArgGroup(heading = "%nOn a cluster:%n", exclusive = false, validate = false)
  private ClusterOptions cluster = new ClusterOptions();

  @ArgGroup(heading = "%nCopying, on this machine:%n", exclusive = false, validate = false)
  private WorkerOptions worker = new WorkerOptions();

  @ArgGroup(
      heading = "%nAttempts, and limits per registry, on this machine:%n",
      exclusive = false,
      validate = false)
  private ExecutionOptions execution = new ExecutionOptions();

  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public MirrorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.startWithVersion(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    Overrides overrides = ListOverrides.read(command, list, invocation);
    worker.check(command);
    ExecutionSettings limits = execution.settings();
    ListSource source = new ListSource(list.file());
    if (dryRun) {
      return PlanCommand.print(invocation, source, overrides).status();
    }
    try (Interrupts interrupts = Interrupts.ofProcess();
        Outputs outputs = Outputs.check(command, output)) {
      return cluster.bootstrapServer() == null
          ? here(
                  new LocalMirror(invocation, worker, limits, overrides, outputs, interrupts),
                  source)
              .status()
          : elsewhere(
                  command,
                  new ClusterMirror(invocation, cluster, overrides, outputs, interrupts),
                  source)
              .status();
    }
  }

  private ExitCode here(LocalMirror local, ListSource source) throws InterruptedException {
    return asks() ? local.prompt() : local.mirror(source, jobs.jobs());
  }

  private ExitCode elsewhere(CommandLine command, ClusterMirror mirror, ListSource source)
      throws InterruptedException {
    if (asks()) {
      throw new ParameterException(
          command,
          "give the list by -f or a pipe; lines are asked for only without --bootstrap-server");
    }
    ForWorkersOnly.refuse(command);
    return mirror.mirror(command, source);
  }

  private boolean asks() {
    return list.file() == null && invocation.streams().inIsTerminal();
  }
}

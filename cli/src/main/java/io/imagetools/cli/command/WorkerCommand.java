package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.ExecutionOptions;
import io.imagetools.cli.options.JobsOption;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.options.MetricsOptions;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.Observation;
import io.imagetools.cli.role.WorkerRole;
import io.imagetools.cli.role.WorkerSetup;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Registry;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.execution.ExecutionSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code image-tools worker}: takes jobs from a cluster until it is told to end. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Copies images from a cluster's queue until it is told to end.",
    description = {
      "Start as many as you like, anywhere. SIGTERM: no further job is taken, running ones get"
          + " --drain to end, the rest go back to the queue.",
      ""
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  DOCKER_REGISTRY                   the registry that the next two are for",
      "  DOCKER_USERNAME, DOCKER_PASSWORD  credentials; else the files of docker and skopeo serve",
      "  OTEL_TRACES_EXPORTER=otlp         records jobs and requests as spans; see docs/metrics.md"
    })
public final class WorkerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  /** Closing clients and programs, after the jobs have been stopped. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private JobsOption jobs = new JobsOption();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "This worker's name in results and logs. Default: the host's, with the process id.")
  private @Nullable String name;

  @Option(
      names = "--drain",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "90s",
      description = "How long running copies may go on after SIGTERM. Default: 90s.")
  private Duration drain = Duration.ofSeconds(90);

  @ArgGroup(heading = "%nCluster:%n", exclusive = false, validate = false)
  private ClusterOptions cluster = new ClusterOptions();

  @ArgGroup(heading = "%nCopying:%n", exclusive = false, validate = false)
  private WorkerOptions options = new WorkerOptions();

  @ArgGroup(heading = "%nAttempts, and limits per registry:%n", exclusive = false, validate = false)
  private ExecutionOptions execution = new ExecutionOptions();

  @Mixin private MetricsOptions metrics = new MetricsOptions();
  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public WorkerCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.startWithVersion(invocation.streams());
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    var settings = Kafka.settings(command, cluster);
    options.check(command);
    ExecutionSettings limits = execution.settings();
    int slots = jobs.jobs();
    try (Interrupts interrupts = Interrupts.ofProcess(drain.plus(CLOSING));
        ProcessTracing tracing = invocation.tracing();
        WorkerRole worker = WorkerRole.prepare(setup(limits, tracing.tracing()));
        Cluster connected =
            Cluster.open(settings, cluster.queue(), cluster.replicas(), Role.WORKER);
        Observation observation = Observation.on(metrics.port())) {
      observation.start(worker, connected, slots);
      LOG.info(
          "Worker {} takes jobs from {}, {} at once",
          worker.name(),
          settings.bootstrapServers(),
          slots);
      interrupts.await();
      observation.ending();
      LOG.info("Told to end: {} jobs get up to {} s", worker.running(), drain.toSeconds());
      worker.stop(drain);
      LOG.info("Worker {} has ended", worker.name());
      return ExitCode.OK.status();
    }
  }

  private WorkerSetup setup(ExecutionSettings limits, Tracing tracing) {
    return new WorkerSetup(
        options,
        limits,
        invocation.environment(),
        credentialsFor(),
        name == null ? hostAndProcess() : name,
        Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
        false,
        tracing);
  }

  /** A worker serves any destination; a password in the environment must say which it is for. */
  private @Nullable Registry credentialsFor() {
    String registry = invocation.variable("DOCKER_REGISTRY");
    if (registry == null) {
      if (invocation.variable("DOCKER_USERNAME") != null) {
        throw new EnvironmentException(
            "DOCKER_USERNAME is set, but not for which registry: set DOCKER_REGISTRY too, or unset"
                + " it and log in with 'skopeo login REGISTRY'.");
      }
      return null;
    }
    try {
      int path = registry.indexOf('/');
      return new Registry(path < 0 ? registry : registry.substring(0, path));
    } catch (InvalidReferenceException e) {
      throw new EnvironmentException("DOCKER_REGISTRY: " + e.getMessage() + ".", e);
    }
  }

  private static String hostAndProcess() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "worker";
    }
    return host + "-" + ProcessHandle.current().pid();
  }
}

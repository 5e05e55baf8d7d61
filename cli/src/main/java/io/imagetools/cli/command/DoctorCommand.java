package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.options.LogOptions;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.WorkerRole;
import io.imagetools.cli.role.WorkerSetup;
import io.imagetools.common.image.Registry;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.execution.ExecutionSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code image-tools doctor}: what is there, what is missing, and what to do about it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    header = "Looks whether everything is there, and says what to do where it is not.",
    description = {
      "Checks programs and credentials here, the registries that are named, and with"
          + " --bootstrap-server the cluster. Exit status 3 if something is missing.",
      ""
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "REGISTRY",
      arity = "0..*",
      description = "Registries to look at, such as registry.example.org or localhost:5000.")
  private List<Registry> registries = new ArrayList<>();

  @ArgGroup(heading = "%nCluster:%n", exclusive = false, validate = false)
  private ClusterOptions cluster = new ClusterOptions();

  @ArgGroup(heading = "%nCopying:%n", exclusive = false, validate = false)
  private WorkerOptions options = new WorkerOptions();

  @Mixin private LogOptions log = new LogOptions();

  /** Started so. */
  public DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    log.start(invocation.streams());
    options.check(Objects.requireNonNull(spec).commandLine());
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.ok(
            "java", System.getProperty("java.version") + " in " + System.getProperty("java.home")));
    WorkerSetup setup =
        new WorkerSetup(
            options,
            ExecutionSettings.DEFAULT,
            invocation.environment(),
            registries.size() == 1 ? registries.get(0) : null,
            "doctor",
            Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
            true,
            Tracing.OFF);
    try (WorkerRole worker = WorkerRole.prepare(setup)) {
      checks.addAll(worker.check());
      for (Registry registry : registries) {
        checks.add(worker.check(LoginTarget.of(registry)));
      }
    } catch (EnvironmentException e) {
      checks.add(Check.failed("worker", String.valueOf(e.getMessage()), ""));
    }
    if (cluster.bootstrapServer() != null) {
      checks.addAll(checkCluster());
    }
    return print(checks).status();
  }

  private List<Check> checkCluster() throws InterruptedException {
    var settings = Kafka.settings(Objects.requireNonNull(spec).commandLine(), cluster);
    try (Cluster connected = Cluster.open(settings, cluster.queue(), cluster.replicas())) {
      return connected.check();
    } catch (EnvironmentException e) {
      return List.of(Check.failed("cluster", String.valueOf(e.getMessage()), ""));
    }
  }

  private ExitCode print(List<Check> checks) {
    PrintStream out = invocation.streams().out();
    boolean ok = true;
    for (Check check : checks) {
      String remedy = check.remedy() == null ? "" : " " + check.remedy();
      out.printf(
          "%-4s %-18s %s%s%n",
          check.ok() ? "ok" : "FIX", check.name(), check.message(), remedy.stripTrailing());
      ok &= check.ok();
    }
    return ok ? ExitCode.OK : ExitCode.ENVIRONMENT;
  }
}

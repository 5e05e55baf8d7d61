package io.imagetools.cli.role;

import io.imagetools.cli.metrics.WorkerMetrics;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.cli.role.WorkerConnection.Copying;
import io.imagetools.cli.terminal.LoginPrompt;
import io.imagetools.common.image.Registry;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.credentials.Credentials;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.registry.FleetBlobs;
import io.imagetools.worker.engine.registry.RegistryEngine;
import io.imagetools.worker.engine.skopeo.SkopeoEngine;
import io.imagetools.worker.engine.skopeo.SkopeoSettings;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.program.SystemProgramRunner;
import io.imagetools.worker.program.TemporaryFiles;
import io.imagetools.worker.program.TracedPrograms;
import io.imagetools.worker.registry.RegistryClient;
import io.imagetools.worker.registry.RegistryWrites;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker put together: queue, handler, engine, results. First what needs no cluster, so that what
 * is missing here is said before anything is submitted. Used by one thread.
 */
public final class WorkerRole implements AutoCloseable {
  private final WorkerSetup setup;
  private final ProgramRunner runner;
  private final RegistryClient registries;
  private final Copying copying;
  private final Check choice;

  private int slots;
  private @Nullable WorkerConnection connection;

  private WorkerRole(
      WorkerSetup setup,
      ProgramRunner runner,
      RegistryClient registries,
      Copying copying,
      Check choice) {
    this.setup = setup;
    this.runner = runner;
    this.registries = registries;
    this.copying = copying;
    this.choice = choice;
  }

  /**
   * Prepares a worker for whatever registries its jobs will name.
   *
   * @throws EnvironmentException if a program is missing, or a file with credentials is broken
   */
  public static WorkerRole prepare(WorkerSetup setup) throws InterruptedException {
    return prepare(setup, Set.of(), null);
  }

  /**
   * Prepares a worker for known destinations: a login that is missing is asked for.
   *
   * @throws EnvironmentException as above, and if a destination wants a login that there is not
   */
  public static WorkerRole prepare(
      WorkerSetup setup, Set<LoginTarget> destinations, @Nullable LoginPrompt prompt)
      throws InterruptedException {
    TemporaryFiles.deleteAbandoned(setup.temporary());
    ProgramRunner runner = new TracedPrograms(new SystemProgramRunner(), setup.tracing());
    try {
      EngineChoice choice = EngineChoice.make(runner, setup.options(), setup.environment());
      Set<Registry> insecure = setup.options().insecureRegistries();
      Credentials credentials =
          new LoginCheck(setup, insecure, prompt)
              .passed(
                  Credentials.load(
                      setup.environment(), setup.credentialsFor(), runner, Clock.systemUTC()),
                  destinations);
      RegistryLimits limits =
          new RegistryLimits(
              Clock.systemUTC(), setup.execution().retry().longestRetryAfter(), setup.name());
      RegistryClient registries =
          new RegistryClient(
              credentials,
              insecure,
              setup.environment(),
              limits::said,
              setup.tracing(),
              Clock.systemUTC());
      FleetBlobs blobs =
          new FleetBlobs(Clock.systemUTC(), setup.options().jobTimeout(), setup.name());
      MirrorEngine engine = engine(choice, setup, registries, blobs, credentials, runner);
      return new WorkerRole(
          setup, runner, registries, new Copying(engine, limits, blobs), choice.check());
    } catch (RuntimeException | InterruptedException e) {
      runner.close();
      throw e;
    }
  }

  private static MirrorEngine engine(
      EngineChoice choice,
      WorkerSetup setup,
      RegistryClient registries,
      FleetBlobs blobs,
      Credentials credentials,
      ProgramRunner runner) {
    WorkerOptions options = setup.options();
    Programs programs = choice.programs();
    var limits = new RegistryWrites.Limits(options.stallTimeout(), options.jobTimeout());
    RegistryWrites writes = registries.writes(limits);
    if (programs == null) {
      return new RegistryEngine(registries, writes, blobs);
    }
    SkopeoSettings settings =
        new SkopeoSettings(
            programs.skopeo(),
            programs.buildx(),
            options.jobTimeout(),
            options.stallTimeout(),
            options.insecureRegistries(),
            setup.temporary(),
            setup.environment());
    return new SkopeoEngine(settings, registries, writes, credentials, runner);
  }

  /**
   * Takes jobs from a cluster, so many at once.
   *
   * @throws EnvironmentException if the cluster can't serve
   */
  public void start(Cluster cluster, int count) {
    start(cluster, count, null);
  }

  /**
   * The same, with what it does counted.
   *
   * @param metrics null: nobody wants to know
   */
  public void start(Cluster cluster, int count, @Nullable WorkerMetrics metrics) {
    slots = count;
    if (metrics != null) {
      metrics.slots(count);
      metrics.sent(this::sentBytes);
    }
    connection = new WorkerConnection(cluster, setup, copying, count, metrics);
    connection.start(count);
  }

  /** The name that stands in results. */
  public String name() {
    return setup.name();
  }

  /** How many images at once. */
  public int slots() {
    return slots;
  }

  /** Jobs that run now. */
  public int running() {
    return connection == null ? 0 : connection.running();
  }

  /**
   * Bytes of blobs that it sent so far, those of running jobs included. Without the engine {@code
   * registry} 0: what other programs send, only they know. For any thread.
   */
  public long sentBytes() {
    return registries.sentBytes();
  }

  /** What it needs and whether it is there. */
  public List<Check> check() {
    List<Check> checks = new ArrayList<>();
    checks.add(choice);
    checks.addAll(copying.engine().check());
    Optional.ofNullable(connection).ifPresent(started -> checks.addAll(started.checks()));
    return checks;
  }

  /** Whether one gets into a registry with the login for that. */
  public Check check(LoginTarget target) throws InterruptedException {
    return registries.check(target);
  }

  /** Takes no more jobs; the running ones get that long; the rest go back to the queue. */
  public void stop(Duration drain) {
    if (connection != null) {
      connection.stop(drain);
    }
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    copying.engine().close();
    registries.close();
    runner.close();
  }
}

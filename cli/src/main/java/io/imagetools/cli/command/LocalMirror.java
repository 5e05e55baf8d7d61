package io.imagetools.cli.command;

import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.LocalCluster;
import io.imagetools.cli.role.WorkerRole;
import io.imagetools.cli.role.WorkerSetup;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.cli.terminal.LoginPrompt;
import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.collector.SilentJobs;
import io.imagetools.common.image.Registry;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.plan.RegistryOverride;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.execution.ExecutionSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mirrors in this process: broker, worker and collector of its own. */
record LocalMirror(
    Invocation invocation,
    WorkerOptions options,
    ExecutionSettings execution,
    Overrides overrides,
    Outputs outputs,
    Interrupts interrupts) {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMirror.class);

  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /** One list, that many images at once. */
  ExitCode mirror(ListSource source, int slots) throws InterruptedException {
    Clock clock = Clock.systemUTC();
    try (ProcessTracing tracing = invocation.tracing();
        LocalCluster local = LocalCluster.begin(temporary())) {
      List<ListLine> lines =
          interrupts.unlessHappened(() -> source.read(invocation.streams().in()));
      Submission submission = Planning.submission(lines, overrides, clock);
      try (WorkerRole worker = worker(destinations(submission), tracing)) {
        Cluster cluster = local.cluster();
        Stage stage = new Stage(cluster, worker, tracing);
        Run run;
        // It is given its number by the broker while the worker starts.
        try (RunPublisher publisher = cluster.publisher(clock)) {
          worker.start(cluster, slots);
          run = submit(publisher, submission, stage, outputs);
        }
        return ended(follow(run, stage, outputs), worker);
      }
    }
  }

  /** Each result is there: what a slot has still to say of its last job takes it no time. */
  private static ExitCode ended(ExitCode status, WorkerRole worker) {
    if (status != ExitCode.INTERRUPTED) {
      worker.stop(LAST_WORDS);
    }
    return status;
  }

  /** What all runs of this process share. */
  private record Stage(Cluster cluster, WorkerRole worker, ProcessTracing tracing) {}

  private ExitCode mirror(Submission submission, Stage stage, Outputs into)
      throws InterruptedException {
    Run run;
    try (RunPublisher publisher = stage.cluster().publisher(Clock.systemUTC())) {
      run = submit(publisher, submission, stage, into);
    }
    return follow(run, stage, into);
  }

  private static Run submit(
      RunPublisher publisher, Submission submission, Stage stage, Outputs into)
      throws InterruptedException {
    into.beforeStart(submission);
    Run run = stage.tracing().publish(publisher, submission);
    LOG.info("Run {}: {} images, {} at once", run.id(), run.jobs(), stage.worker().slots());
    return run;
  }

  private ExitCode follow(Run run, Stage stage, Outputs into) throws InterruptedException {
    return new Following(invocation, stage.cluster(), into, SilentJobs.DEFAULT_GRACE, interrupts)
        .follow(run, stage.worker());
  }

  /** Line by line, as somebody types them; what failed in any of them is in the failed list. */
  ExitCode prompt() throws InterruptedException {
    RegistryOverride destination = overrides.destination();
    Set<LoginTarget> destinations =
        destination == null
            ? Set.of()
            : Set.of(new LoginTarget(destination.registry(), destination.prefix()));
    try (ProcessTracing tracing = invocation.tracing();
        LocalCluster local = LocalCluster.begin(temporary());
        WorkerRole worker = worker(destinations, tracing)) {
      Cluster cluster = local.cluster();
      worker.start(cluster, 1);
      Stage stage = new Stage(cluster, worker, tracing);
      ExitCode status =
          new Prompt(invocation, overrides, outputs, interrupts)
              .run((submission, into) -> mirror(submission, stage, into));
      return ended(status, worker);
    }
  }

  private WorkerRole worker(Set<LoginTarget> destinations, ProcessTracing tracing)
      throws InterruptedException {
    WorkerSetup setup =
        new WorkerSetup(
            options,
            execution,
            invocation.environment(),
            credentialsFor(registries(destinations)),
            "local",
            temporary(),
            true,
            tracing.tracing());
    return WorkerRole.prepare(
        setup, destinations, new LoginPrompt(invocation.streams(), interrupts));
  }

  /** The variables are for one registry: that of -d, or the only one that the list names. */
  private @Nullable Registry credentialsFor(Set<Registry> destinations) {
    RegistryOverride destination = overrides.destination();
    if (destination != null) {
      return destination.registry();
    }
    if (destinations.size() == 1) {
      return destinations.iterator().next();
    }
    if (invocation.variable("DOCKER_USERNAME") != null) {
      LOG.warn(
          "DOCKER_USERNAME and DOCKER_PASSWORD are for one destination registry, and {}: they are"
              + " not used. Give -d, or log in with 'skopeo login REGISTRY'.",
          destinations.isEmpty() ? "none is named" : "the list has " + destinations.size());
    }
    return null;
  }

  private static Set<LoginTarget> destinations(Submission submission) {
    return submission.jobs().stream()
        .map(job -> LoginTarget.of(job.destination().repository()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Registry> registries(Set<LoginTarget> destinations) {
    return destinations.stream().map(LoginTarget::registry).collect(Collectors.toSet());
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }
}

package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.cli.tracing.ProcessTracing;
import io.imagetools.collector.SilentJobs;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.job.Run;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.ExitCode;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Mirrors by the workers of a cluster: enqueues the list and follows the run. */
record ClusterMirror(
    Invocation invocation,
    ClusterOptions cluster,
    Overrides overrides,
    Outputs outputs,
    Interrupts interrupts) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterMirror.class);

  ExitCode mirror(CommandLine command, ListSource source) throws InterruptedException {
    KafkaSettings settings = Kafka.settings(command, cluster);
    Clock clock = Clock.systemUTC();
    List<ListLine> lines = interrupts.unlessHappened(() -> source.read(invocation.streams().in()));
    Submission submission = Planning.submission(lines, overrides, clock);
    try (ProcessTracing tracing = invocation.tracing();
        Cluster connected =
            Cluster.open(
                settings, cluster.queue(), cluster.replicas(), Role.PRODUCER, Role.COLLECTOR)) {
      outputs.beforeStart(submission);
      Run run = submitted(submission, connected, clock, tracing);
      invocation.streams().out().println(run.id());
      LOG.info(
          "Run {}: {} jobs are on the queue of {}",
          run.id(),
          run.jobs(),
          settings.bootstrapServers());
      return new Following(invocation, connected, outputs, SilentJobs.DEFAULT_GRACE, interrupts)
          .follow(run, null);
    }
  }

  /** A broker that is away makes it wait for minutes. */
  private Run submitted(
      Submission submission, Cluster connected, Clock clock, ProcessTracing tracing)
      throws InterruptedException {
    try (RunPublisher publisher = connected.publisher(clock)) {
      return interrupts.unlessHappened(() -> tracing.publish(publisher, submission));
    } catch (InterruptedException e) {
      LOG.warn(
          "Interrupted while run {} was submitted: the failed list has all its images, and some may"
              + " be mirrored all the same. 'image-tools collect {} --bootstrap-server {}' says"
              + " which; if it knows no such run, none is",
          submission.run(),
          submission.run(),
          connected.settings().bootstrapServers());
      throw e;
    }
  }
}

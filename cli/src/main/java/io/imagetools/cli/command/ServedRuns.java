package io.imagetools.cli.command;

import io.imagetools.cli.role.AllRuns;
import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.role.Observation;
import io.imagetools.cli.role.RunFiles;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.cli.webhook.Webhooks;
import io.imagetools.collector.output.OutputException;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * {@code collect --all}: stays up and serves every run.
 *
 * @param files where to, in a folder that is there
 * @param grace how long a silent run with an empty queue is waited for
 */
record ServedRuns(RunFiles files, Duration grace) {
  private static final Logger LOG = LoggerFactory.getLogger(ServedRuns.class);

  /** Makes the folder, and looks whether files can be written there. */
  static ServedRuns in(CommandLine command, Path folder, Duration grace) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ParameterException(
          command,
          "--output-dir: "
              + folder
              + " is no folder; give one, or a name that is free: it is made");
    }
    RunFiles files = new RunFiles(folder);
    try {
      Files.createDirectories(folder);
      files.check();
    } catch (IOException e) {
      throw new EnvironmentException(
          "The folder "
              + folder
              + " can't be made: "
              + Words.of(e)
              + ". Let this user write there, or give another one to --output-dir. Nothing was started.",
          e);
    } catch (OutputException e) {
      throw new EnvironmentException(e.getMessage() + " Nothing was started.", e);
    }
    return new ServedRuns(files, grace);
  }

  ExitCode serve(
      KafkaSettings settings,
      QueueMode queue,
      int replicas,
      OptionalInt metricsPort,
      WebhookChoice webhook)
      throws InterruptedException {
    try (Interrupts interrupts = Interrupts.ofProcess();
        Cluster cluster = Cluster.open(settings, queue, replicas, Role.COLLECTOR);
        Observation observation = Observation.on(metricsPort);
        Webhooks webhooks = webhook.open()) {
      LOG.info(
          "Every run of {} is followed; the files go to {}",
          settings.bootstrapServers(),
          files.folder().toAbsolutePath());
      new AllRuns(
              cluster,
              files,
              grace,
              Clock.systemUTC(),
              observation.start(cluster),
              WebhookChoice.watcher(webhooks))
          .follow(interrupts::happened);
      LOG.info("Told to end: all files are as they must be, and the runs go on");
      return ExitCode.OK;
    }
  }
}

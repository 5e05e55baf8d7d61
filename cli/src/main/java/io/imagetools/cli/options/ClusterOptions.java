package io.imagetools.cli.options;

import io.imagetools.common.kafka.QueueMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka cluster, in Kafka's own words. */
public final class ClusterOptions {

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT[,…]",
      description = "The Kafka cluster that holds the queue.")
  @Nullable String bootstrapServer;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Properties file for Kafka's clients: security.protocol, sasl.*, ssl.*, …")
  @Nullable Path commandConfig;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      defaultValue = "mirror",
      description =
          "Begins the names of the topics: PREFIX.jobs, PREFIX.status, … Default: mirror.")
  String topicPrefix = "mirror";

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "0",
      description = "Replicas of topics that are created. Default: what the cluster says.")
  int replicas;

  @Option(
      names = "--queue",
      paramLabel = "KIND",
      defaultValue = "auto",
      converter = QueueConverter.class,
      completionCandidates = QueueConverter.Words.class,
      description =
          "share: a share group, which needs Kafka 4.2; classic: an ordinary consumer group, for any"
              + " Kafka. The same in every command. Default: auto, which is share if the cluster has"
              + " it.")
  QueueMode queue = QueueMode.AUTO;

  /** What kind of group the workers form. */
  public QueueMode queue() {
    return queue;
  }

  /** Of topics that are created; 0: the cluster's own default. */
  public int replicas() {
    return replicas;
  }

  /** Null: none given. */
  public @Nullable String bootstrapServer() {
    return bootstrapServer;
  }

  /** Null: none given. */
  public @Nullable Path commandConfig() {
    return commandConfig;
  }

  /** What the topics' names begin with. */
  public String topicPrefix() {
    return topicPrefix;
  }
}

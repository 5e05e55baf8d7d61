package io.imagetools.cli.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A broker for one process: small, quick to start, on the loopback interface only. */
final class BrokerProperties {
  static final int NODE = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** What one node needs, and what makes it small (each was measured; see docs/adr/0007). */
  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry("process.roles", "broker,controller"),
          Map.entry("node.id", Integer.toString(NODE)),
          Map.entry("controller.listener.names", CONTROLLER_LISTENER),
          Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,LOCAL:PLAINTEXT"),
          Map.entry("inter.broker.listener.name", "LOCAL"),
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("default.replication.factor", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          // Fewer threads and buffers than a machine of its own would get.
          Map.entry("num.network.threads", "1"),
          Map.entry("num.io.threads", "2"),
          Map.entry("background.threads", "1"),
          Map.entry("log.cleaner.threads", "1"),
          Map.entry("metric.reporters", ""),
          Map.entry("metrics.jmx.exclude", ".*"),
          Map.entry("log.cleaner.dedupe.buffer.size", "2000000"),
          Map.entry("socket.request.max.bytes", "16777216"),
          // Whoever joins a group gets something to do at once. What is about share groups is for
          // tests and the benchmark: one command has no such group (docs/adr/0036).
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("group.share.heartbeat.interval.ms", "500"),
          Map.entry("group.share.min.heartbeat.interval.ms", "500"),
          Map.entry("group.share.assignment.interval.ms", "0"),
          Map.entry("group.consumer.assignment.interval.ms", "0"),
          // Room for 50 workers, and for many finished jobs behind one that takes an hour.
          Map.entry("group.share.max.size", "1000"),
          Map.entry("group.share.partition.max.record.locks", "10000"),
          Map.entry("group.share.max.partition.max.record.locks", "10000"),
          Map.entry("group.share.min.record.lock.duration.ms", "1000"),
          Map.entry("group.share.max.delivery.count.limit", "25"));

  private BrokerProperties() {}

  /**
   * What a broker gets besides, such as a listener that wants a login.
   *
   * @param properties also instead of those that are fixed here
   * @param scramUsers as kafka-storage.sh takes them: {@code SCRAM-SHA-512=[name=…,password=…]}
   */
  record Additions(Map<String, String> properties, List<String> scramUsers) {
    static final Additions NONE = new Additions(Map.of(), List.of());

    Additions {
      properties = Map.copyOf(properties);
      scramUsers = List.copyOf(scramUsers);
    }
  }

  static Properties of(Path dataFolder, int brokerPort, int controllerPort, Additions additions) {
    Properties properties = new Properties();
    FIXED.forEach(properties::setProperty);
    properties.setProperty("log.dirs", dataFolder.toString());
    properties.setProperty(
        "listeners",
        "LOCAL://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.setProperty("advertised.listeners", "LOCAL://127.0.0.1:" + brokerPort);
    properties.setProperty("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    additions.properties().forEach(properties::setProperty);
    return properties;
  }
}

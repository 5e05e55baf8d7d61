package io.imagetools.cli.local;

import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.BrokerProperties.Additions;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.metadata.storage.Formatter;

/** A cluster of two brokers; the first is the controller too. */
public final class TwoBrokers implements AutoCloseable {
  private static final int SECOND = 2;
  private static final Duration SOON = Duration.ofSeconds(90);

  private final EmbeddedBroker first;
  private final EmbeddedBroker second;

  private TwoBrokers(EmbeddedBroker first, EmbeddedBroker second) {
    this.first = first;
    this.second = second;
  }

  /** Starts them with their data in that folder; returns when the cluster has both. */
  public static TwoBrokers start(Path folder) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port;
    int otherPort;
    int controllerPort;
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket two = new ServerSocket(0, 1, loopback);
        ServerSocket three = new ServerSocket(0, 1, loopback)) {
      port = one.getLocalPort();
      otherPort = two.getLocalPort();
      controllerPort = three.getLocalPort();
    }
    EmbeddedBroker first = EmbeddedBroker.start(folder.resolve("first"), port, controllerPort);
    try (Admin admin =
        Admin.create(
            new KafkaSettings(first.bootstrapServers(), Map.of(), Topics.DEFAULT).admin("test"))) {
      Path data = folder.resolve("second");
      format(data, admin.describeCluster().clusterId().get());
      EmbeddedBroker second =
          EmbeddedBroker.start(data, otherPort, controllerPort, joins(otherPort));
      await().atMost(SOON).until(() -> admin.describeCluster().nodes().get().size() == 2);
      return new TwoBrokers(first, second);
    }
  }

  private static Additions joins(int port) {
    return new Additions(
        Map.of(
            "process.roles",
            "broker",
            "node.id",
            Integer.toString(SECOND),
            "listeners",
            "LOCAL://127.0.0.1:" + port),
        List.of());
  }

  private static void format(Path data, String clusterId) throws Exception {
    Files.createDirectories(data);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(SECOND)
        .setClusterId(clusterId)
        .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
        .setMetadataLogDirectory(data.toString())
        .addDirectory(data.toString())
        .run();
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return first.bootstrapServers();
  }

  @Override
  public void close() {
    second.close();
    first.close();
  }
}

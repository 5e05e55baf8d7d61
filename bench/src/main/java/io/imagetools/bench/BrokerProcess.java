package io.imagetools.bench;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import io.imagetools.common.kafka.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** A Kafka broker as a process of its own; it ends when its standard input does. */
final class BrokerProcess implements AutoCloseable {

  private static final String READY = "broker ready at ";

  private final Process process;
  private final String bootstrapServers;

  /** Of a process that is up. */
  BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /** The process: {@code java … BrokerProcess FOLDER}. */
  public static void main(String[] args) throws IOException {
    Logging.start(System.err, false, LogFormat.text, false); // or it would fill standard output
    try (EmbeddedBroker broker = EmbeddedBroker.start(Files.createDirectories(Path.of(args[0])))) {
      quietAsOnACluster(broker.bootstrapServers());
      System.out.println(READY + broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Whoever started it is alive.
      }
    }
  }

  /**
   * Kafka's own pause between two words of a worker; that of the program's own broker is short, for
   * tests.
   */
  private static void quietAsOnACluster(String bootstrapServers) {
    AlterConfigOp op =
        new AlterConfigOp(
            new ConfigEntry("share.heartbeat.interval.ms", "5000"), AlterConfigOp.OpType.SET);
    Map<ConfigResource, Collection<AlterConfigOp>> groups = new HashMap<>();
    for (Topics.Lane lane : Topics.Lane.values()) {
      String group = Topics.DEFAULT.in(lane).shareGroup();
      groups.put(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(op));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.incrementalAlterConfigs(groups).all().toCompletionStage().toCompletableFuture().join();
    }
  }

  static BrokerProcess start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                folder.resolve("broker").toString())
            .redirectError(folder.resolve("broker.log").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return new BrokerProcess(process, line.substring(READY.length()));
      }
    }
    throw new IOException(
        "The broker did not start: " + Files.readString(folder.resolve("broker.log")));
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    process.destroy();
    process.onExit().join();
  }
}

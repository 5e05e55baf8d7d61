package io.imagetools.it.guarantees;

import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.BrokerProcess;
import io.imagetools.it.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A broker that is a process of its own. Used by one thread, but for its address. */
final class Broker implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path folder;
  private final int port;
  private final int controllerPort;
  private final List<String> properties;
  private ProgramProcess process;

  private Broker(Path folder, int port, int controllerPort, List<String> properties)
      throws IOException {
    this.properties = List.copyOf(properties);
    this.folder = folder;
    this.port = port;
    this.controllerPort = controllerPort;
    this.process = launch();
  }

  /**
   * Begins to start one with its data in that folder.
   *
   * @param properties of the broker besides, KEY=VALUE
   */
  static Broker in(Path folder, String... properties) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return new Broker(
          Files.createDirectories(folder),
          one.getLocalPort(),
          other.getLocalPort(),
          List.of(properties));
    }
  }

  private ProgramProcess launch() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(folder.toString(), Integer.toString(port), Integer.toString(controllerPort)));
    arguments.addAll(properties);
    return ProgramProcess.start(
        Objects.requireNonNull(folder.getParent(), "a folder of its own"),
        Map.of(),
        BrokerProcess.class.getName(),
        arguments);
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  Broker awaitServing() {
    await()
        .atMost(LIMIT)
        .failFast(() -> !process.isAlive())
        .until(() -> process.out().contains(BrokerProcess.SERVES));
    return this;
  }

  void kill() throws Exception {
    process.kill();
    process.exit(90);
  }

  /** On its data and its ports. */
  void startAgain() throws IOException {
    process = launch();
    awaitServing();
  }

  /** It answers nobody; connections stay. */
  void freeze() throws Exception {
    process.signal("STOP");
  }

  void thaw() throws Exception {
    process.signal("CONT");
  }

  @Override
  public void close() {
    process.close();
  }
}

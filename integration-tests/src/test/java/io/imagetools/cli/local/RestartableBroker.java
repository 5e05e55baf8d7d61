package io.imagetools.cli.local;

import io.imagetools.cli.local.BrokerProperties.Additions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A broker that goes away and comes back where its clients look for it. */
public final class RestartableBroker implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final int controllerPort;
  private final Additions additions;
  private EmbeddedBroker broker;

  private RestartableBroker(Path folder, int port, int controllerPort, Additions additions)
      throws Exception {
    this.folder = folder;
    this.port = port;
    this.controllerPort = controllerPort;
    this.additions = additions;
    this.broker = EmbeddedBroker.start(folder, port, controllerPort, additions);
  }

  /** Starts one. */
  public static RestartableBroker start(Path folder) throws Exception {
    return start(folder, Map.of());
  }

  /** Starts one with settings of the broker besides, or instead of its own. */
  public static RestartableBroker start(Path folder, Map<String, String> properties)
      throws Exception {
    int[] ports = freePorts();
    return new RestartableBroker(folder, ports[0], ports[1], new Additions(properties, List.of()));
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  /** What clients connect to, before and after. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Takes it away. */
  public void stop() {
    broker.close();
  }

  /** Brings it back on its data and its ports. */
  public void startAgain() throws Exception {
    broker = EmbeddedBroker.start(folder, port, controllerPort, additions);
  }

  @Override
  public void close() {
    broker.close();
  }
}

package io.imagetools.cli.local;

import io.imagetools.cli.local.BrokerProperties.Additions;
import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
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
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller in this process, on free ports of the loopback interface. The
 * only class that uses the broker's own classes, which are not a public interface of Kafka. What a
 * stopped broker held is there again when one is started on the same folder.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  /** A free port may be taken by somebody else before the broker has it. */
  private static final int TRIES = 3;

  /**
   * Nobody takes over from the only broker, so nobody gains when its controller takes it for dead:
   * after Kafka's own 9 s, which a disk that is slow to sync can take, its partitions and groups
   * would have no leader for a while.
   */
  private static final Additions ALONE =
      new Additions(Map.of("broker.session.timeout.ms", "30000"), List.of());

  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts one; returns when it serves.
   *
   * @param dataFolder where it keeps its data; empty or that of an earlier one
   * @throws EnvironmentException if it can't be started; the message says why
   */
  public static EmbeddedBroker start(Path dataFolder) {
    for (int attempt = 1; ; attempt++) {
      try {
        int[] ports = freePorts();
        return start(dataFolder, ports[0], ports[1], ALONE);
      } catch (Exception e) { // Kafka's own signature
        if (attempt == TRIES) {
          throw new EnvironmentException(
              "The embedded broker could not be started in "
                  + dataFolder
                  + ": "
                  + deepest(e)
                  + ". See to it that this user can write there and that ports of 127.0.0.1 can be listened on, or give a cluster to --bootstrap-server. --debug says more.",
              e);
        }
        LOG.debug("The embedded broker did not start; trying again with other ports.", e);
      }
    }
  }

  /**
   * Starts one on given ports, as a restart does.
   *
   * @throws Exception whatever the broker throws
   */
  static EmbeddedBroker start(Path dataFolder, int port, int controllerPort) throws Exception {
    return start(dataFolder, port, controllerPort, Additions.NONE);
  }

  /**
   * Starts one that is more than the smallest.
   *
   * @throws Exception whatever the broker throws
   */
  static EmbeddedBroker start(Path dataFolder, int port, int controllerPort, Additions additions)
      throws Exception {
    BrokerDeath.expectIn(dataFolder);
    Properties properties = BrokerProperties.of(dataFolder, port, controllerPort, additions);
    if (!Files.exists(dataFolder.resolve("meta.properties"))) {
      format(dataFolder, additions);
    }
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      end(server); // it holds the folder's lock
      throw e;
    }
    return new EmbeddedBroker(server, port);
  }

  private static void format(Path dataFolder, Additions additions) throws Exception {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    new Formatter()
        .setPrintStream(nowhere)
        .setNodeId(BrokerProperties.NODE)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
        .setMetadataLogDirectory(dataFolder.toString())
        .addDirectory(dataFolder.toString())
        .setScramArguments(additions.scramUsers())
        .run();
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Stops it. What was acknowledged is on the disk, whether or not it ends in time. */
  @Override
  public void close() {
    end(server);
  }

  private static void end(KafkaRaftServer server) {
    ExecutorService ending =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "embedded-broker-end");
              thread.setDaemon(true);
              return thread;
            });
    Future<?> end =
        ending.submit(
            () -> {
              server.shutdown();
              server.awaitShutdown();
            });
    try {
      end.get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The embedded broker did not end by itself.", e);
    } finally {
      ending.shutdown();
    }
  }
}

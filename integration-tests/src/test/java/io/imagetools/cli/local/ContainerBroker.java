package io.imagetools.cli.local;

import io.imagetools.cli.local.BrokerProperties.Additions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A broker in a container, of the release that the clients have and with the settings of the
 * embedded one, so that whatever differs is the image's doing.
 */
final class ContainerBroker implements TestBroker {
  static final String IMAGE = "apache/kafka:" + releaseOfTheClients();

  /** A daemon that hangs is none. */
  private static final int LIMIT_SECONDS = 30;

  /** What Testcontainers sets, as only it knows the ports. */
  private static final Set<String> OF_THE_CONTAINER =
      Set.of(
          "process.roles",
          "node.id",
          "listeners",
          "advertised.listeners",
          "controller.listener.names",
          "controller.quorum.voters",
          "inter.broker.listener.name",
          "listener.security.protocol.map",
          "log.dirs");

  private final KafkaContainer container;

  /** Starts it, and pulls its image where it isn't here. */
  ContainerBroker() {
    container = new KafkaContainer(IMAGE).withEnv(variables());
    container.start();
  }

  /** Whether docker answers and has the image. */
  static boolean isHere() {
    try {
      Process docker =
          new ProcessBuilder("docker", "image", "inspect", "--format", "{{.Id}}", IMAGE)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return docker.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && docker.exitValue() == 0;
      } finally {
        docker.destroyForcibly();
      }
    } catch (IOException e) {
      return false; // no docker
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String releaseOfTheClients() {
    String where = "/kafka/kafka-version.properties"; // in kafka-clients
    try (InputStream in = KafkaConsumer.class.getResourceAsStream(where)) {
      Properties version = new Properties();
      version.load(Objects.requireNonNull(in, where));
      return Objects.requireNonNull(version.getProperty("version"), where);
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + where, e);
    }
  }

  /** As the image reads them: {@code KAFKA_SOME_NAME} is {@code some.name}. */
  private static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    BrokerProperties.of(Path.of("unused"), 0, 0, Additions.NONE)
        .forEach(
            (name, value) -> {
              if (!OF_THE_CONTAINER.contains(name.toString())) {
                String upper = name.toString().toUpperCase(Locale.ROOT);
                variables.put("KAFKA_" + upper.replace('.', '_'), value.toString());
              }
            });
    variables.put("KAFKA_HEAP_OPTS", "-Xmx512m");
    return variables;
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.close();
  }
}

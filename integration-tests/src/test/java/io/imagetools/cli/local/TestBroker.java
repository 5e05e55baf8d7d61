package io.imagetools.cli.local;

import java.nio.file.Path;

/**
 * The broker of tests that any broker serves: one in this process, or one in a container. Which one
 * it is stands in the output. Started when it is made.
 */
public interface TestBroker extends AutoCloseable {
  /** What clients connect to. */
  String bootstrapServers();

  @Override
  void close();

  /**
   * Starts the kind that {@code -Dkafka=embedded} or {@code -Dkafka=container} asks for; without
   * it, the kind that this machine has.
   */
  static TestBroker start() {
    BrokerKind kind = BrokerKind.chosen(System.getProperty("kafka"), ContainerBroker::isHere);
    System.out.println("Kafka broker of these tests: " + kind.words());
    return switch (kind) {
      case EMBEDDED -> new InProcess();
      case CONTAINER -> new ContainerBroker();
    };
  }

  /** In this process, with its data in a folder that goes with it. */
  final class InProcess implements TestBroker {
    private final LocalData data = LocalData.in(Path.of(System.getProperty("java.io.tmpdir")));
    private final EmbeddedBroker broker = EmbeddedBroker.start(data.folder());

    @Override
    public String bootstrapServers() {
      return broker.bootstrapServers();
    }

    @Override
    public void close() {
      broker.close();
      data.close();
    }
  }
}

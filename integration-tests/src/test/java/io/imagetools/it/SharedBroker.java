package io.imagetools.it;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One broker for all tests of this process, closed when the last one has ended. Tests stay apart by
 * the prefix of their topics. To be used with {@code @ExtendWith}.
 */
public final class SharedBroker implements BeforeAllCallback {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static volatile String bootstrapServers = "";

  @Override
  public void beforeAll(ExtensionContext context) {
    Held held =
        context
            .getRoot()
            .getStore(Namespace.create(SharedBroker.class))
            .computeIfAbsent(Held.class, key -> new Held(), Held.class);
    bootstrapServers = held.broker.bootstrapServers();
  }

  /** The cluster, with names of topics that nobody else has. */
  public static KafkaSettings settings(String purpose) {
    Topics topics = new Topics(purpose + "-" + PREFIXES.incrementAndGet());
    return new KafkaSettings(bootstrapServers, Map.of(), topics);
  }

  /** What the store closes. */
  private static final class Held implements AutoCloseable {
    private final TestBroker broker = TestBroker.start();

    @Override
    public void close() {
      broker.close();
    }
  }
}

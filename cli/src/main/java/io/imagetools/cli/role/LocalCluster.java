package io.imagetools.cli.role;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.local.LocalData;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.process.EnvironmentException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in this process. It starts in the background, since a broker takes a second in which a
 * list can be read and a registry be asked. Used by one thread.
 */
public final class LocalCluster implements AutoCloseable {
  /** Nobody looks at JMX here, and its clients would have hundreds of beans there. */
  private static final Map<String, String> CLIENTS = Map.of("metric.reporters", "");

  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "broker-start");
            thread.setDaemon(true);
            return thread;
          });
  private final LocalData data;
  private final Future<EmbeddedBroker> broker;
  private @Nullable Cluster cluster;

  private LocalCluster(LocalData data) {
    this.data = data;
    this.broker = starter.submit(() -> EmbeddedBroker.start(data.folder()));
  }

  /**
   * Begins to start it.
   *
   * @param temporary where its data are kept as long as it lives
   */
  public static LocalCluster begin(Path temporary) {
    return new LocalCluster(LocalData.in(temporary));
  }

  /** The cluster, when it is up. */
  public Cluster cluster() throws InterruptedException {
    Cluster known = cluster;
    if (known == null) {
      KafkaSettings settings =
          new KafkaSettings(awaitBroker().bootstrapServers(), CLIENTS, Topics.DEFAULT);
      known = Cluster.ofThisProcess(settings);
      cluster = known;
    }
    return known;
  }

  private EmbeddedBroker awaitBroker() throws InterruptedException {
    try {
      return broker.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EnvironmentException known) {
        throw known;
      }
      throw new EnvironmentException(
          "The embedded broker did not start: "
              + e.getCause()
              + ". --debug says more; or give a cluster to --bootstrap-server.",
          e);
    }
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
    starter.shutdown();
    boolean interrupted = Thread.interrupted(); // a broker that was begun must be ended
    try {
      awaitBroker().close();
    } catch (EnvironmentException e) {
      interrupted |= Thread.interrupted(); // it never was: nothing to end
    } catch (InterruptedException e) {
      interrupted = true;
    }
    data.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

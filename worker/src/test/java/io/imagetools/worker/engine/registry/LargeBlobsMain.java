package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.registry.RegistryClient;
import io.imagetools.worker.registry.RegistryWrites;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The registry engine in a process of its own: mirrors big/N to copy/N, all at once. */
final class LargeBlobsMain {

  private LargeBlobsMain() {}

  public static void main(String[] arguments) throws Exception {
    String host = arguments[0];
    int images = Integer.parseInt(arguments[1]);
    RegistryWrites.Limits limits =
        new RegistryWrites.Limits(Duration.ofMinutes(2), Duration.ofHours(1));
    ExecutorService slots = Executors.newFixedThreadPool(images);
    try (RegistryClient client =
            new RegistryClient(
                CredentialLookup.NONE, Set.of(new Registry(host)), Map.of(), Clock.systemUTC());
        RegistryEngine engine = new RegistryEngine(client, client.writes(limits), Alone.blobs())) {
      List<Callable<MirrorReport>> jobs = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        String from = host + "/big/" + i + ":1";
        String to = host + "/copy/" + i + ":1";
        jobs.add(() -> engine.mirror(EngineFixture.job(from, to, "all", false)));
      }
      for (Future<MirrorReport> job : slots.invokeAll(jobs)) {
        job.get();
      }
    } finally {
      slots.shutdownNow();
    }
    System.out.println("peak heap " + (peak() >> 20) + " MiB");
  }

  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}

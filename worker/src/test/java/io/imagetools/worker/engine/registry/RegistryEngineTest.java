package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ImageTree;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryRequest;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.MirrorEngineContract;
import io.imagetools.worker.engine.MirrorReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every engine must do, and with how many requests. */
class RegistryEngineTest extends MirrorEngineContract {

  @Override
  protected EngineFixture open(Path folder, RegistryServer... servers) {
    return RegistryBench.of(servers);
  }

  /** Requests by method and kind of thing, from a position of a server's log. */
  private static Map<String, Long> requests(RegistryServer server, int from) {
    List<RegistryRequest> all = server.requests();
    return all.subList(from, all.size()).stream()
        .map(
            request ->
                request.method() + " " + request.path().replaceAll("^/v2/[^/]+/[^/]+/|[/?].*$", ""))
        .collect(Collectors.groupingBy(line -> line, TreeMap::new, Collectors.counting()));
  }

  /** A server may write a line of its log after who asked has gone on. */
  private static void assertRequests(RegistryServer server, int from, Map<String, Long> expected) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(requests(server, from)).isEqualTo(expected));
  }

  /**
   * At the source a GET for the index and each child, one for each blob. At the destination a HEAD
   * of the tag, of the first of four children and at last of the tag again, a POST and PUT for each
   * blob (a POST alone if it is there or can be mounted), a PUT for each child and the index. With
   * P platforms, four at most, of B blobs below 4 MiB that is 1 + P + PB and 4 + P + 2PB: 7 and 14
   * for two by two, 9 and 18 for the two by three of this corpus. The first blob that a process
   * sends to a registry costs a POST more, which shows what the other answers are worth.
   */
  @Test
  void a_new_image_costs_so_many_requests() throws Exception {
    PushedImage image = corpus.withSeed(4711).ociIndex("cost/app", "1");
    int source = sourceServer.requests().size();
    int destination = destinationServer.requests().size();
    try (RegistryBench bench = RegistryBench.of(sourceServer, destinationServer)) {
      bench.mirror(image.reference(), to("cost/copy"), "amd64,arm64");
    }
    assertRequests(sourceServer, source, Map.of("GET manifests", 3L, "GET blobs", 6L));
    assertRequests(
        destinationServer,
        destination,
        Map.of(
            "HEAD manifests", 3L,
            "POST blobs", 6L + 1,
            "PUT blobs", 6L,
            "PUT manifests", 3L));
  }

  /**
   * Where the first child is there, the others are asked for, and none is fetched in vain. One that
   * is there behind one that is not is fetched, and none of its blobs is sent.
   */
  @ParameterizedTest
  @CsvSource({"amd64, 2", "arm64, 3"})
  void a_child_that_is_there_is_not_sent_again(String there, long fetched) throws Exception {
    PushedImage image = corpus.withSeed(4715).ociIndex("cost/" + there, "1");
    String grown = "cost/grown-" + there;
    try (RegistryBench bench = RegistryBench.of(sourceServer, destinationServer)) {
      bench.mirror(image.reference(), to(grown), there);
      int source = sourceServer.requests().size();

      bench.mirror(image.reference(), to(grown), "amd64,arm64");

      assertRequests(
          sourceServer,
          source,
          Map.of("HEAD manifests", 1L, "GET manifests", fetched, "GET blobs", 3L));
      assertThat(destination.read(grown, "1")).isEqualTo(this.source.read("cost/" + there, "1"));
    }
  }

  @Test
  void an_unchanged_image_costs_one_request_on_each_side() throws Exception {
    PushedImage image = corpus.withSeed(4712).ociIndex("cost/again", "1");
    try (RegistryBench bench = RegistryBench.of(sourceServer, destinationServer)) {
      bench.mirror(image.reference(), to("cost/same"), "amd64,arm64");
      int source = sourceServer.requests().size();
      int destination = destinationServer.requests().size();

      assertThat(bench.mirror(image.reference(), to("cost/same"), "amd64,arm64").changed())
          .isFalse();

      assertRequests(sourceServer, source, Map.of("HEAD manifests", 1L));
      assertRequests(destinationServer, destination, Map.of("HEAD manifests", 1L));
    }
  }

  @Test
  void a_blob_that_the_registry_has_elsewhere_is_mounted_and_not_fetched() throws Exception {
    PushedImage image = corpus.withSeed(4713).ociIndex("cost/mount", "1");
    try (RegistryBench bench = RegistryBench.of(sourceServer, destinationServer)) {
      ByteCounts first = bench.mirror(image.reference(), to("cost/first"), "all").bytes();
      int source = sourceServer.requests().size();
      int destination = destinationServer.requests().size();

      ByteCounts second = bench.mirror(image.reference(), to("cost/second"), "all").bytes();

      assertThat(second).isEqualTo(new ByteCounts(0, first.copied(), 0));
      assertThat(requests(sourceServer, source)).doesNotContainKey("GET blobs");
      assertThat(requests(destinationServer, destination))
          .containsEntry("POST blobs", 6L)
          .doesNotContainKeys("HEAD blobs", "PUT blobs");
      assertThat(this.destination.read("cost/second", "1"))
          .isEqualTo(this.source.read("cost/mount", "1"));
    }
  }

  @Test
  void within_one_registry_nothing_is_sent() throws Exception {
    PushedImage image = corpus.withSeed(4714).dockerList("same/app", "1");
    try (RegistryBench bench = RegistryBench.of(sourceServer)) {
      String to = sourceServer.host() + "/same/copy:1";

      ByteCounts bytes = bench.mirror(image.reference(), to, "all").bytes();

      assertThat(bytes.copied()).isZero();
      assertThat(bytes.mounted()).isPositive();
      assertThat(source.read("same/copy", "1")).isEqualTo(source.read("same/app", "1"));
    }
  }

  @Test
  void images_that_share_layers_send_each_once_however_many_are_copied_at_once() throws Exception {
    int images = 12;
    ImageCorpus shared = corpus.withSeed(4715).withLayerBytes(200_000);
    for (int i = 0; i < images; i++) {
      shared.ociIndex("many/app-" + i, "1");
    }
    int from = destinationServer.requests().size();
    ExecutorService slots = Executors.newFixedThreadPool(images);
    try (RegistryBench bench = RegistryBench.of(sourceServer, destinationServer)) {
      List<Callable<MirrorReport>> jobs = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        String name = "many/app-" + i;
        jobs.add(
            () -> bench.mirror(sourceServer.host() + "/" + name + ":1", to(name), "amd64,arm64"));
      }
      for (Future<MirrorReport> job : slots.invokeAll(jobs)) {
        assertThat(job.get().changed()).isTrue();
      }
    } finally {
      slots.shutdownNow();
    }
    Set<String> distinct = new TreeSet<>();
    for (int i = 0; i < images; i++) {
      ImageTree tree = destination.read("many/app-" + i, "1");
      assertThat(tree).isEqualTo(source.read("many/app-" + i, "1"));
      tree.children().forEach(child -> distinct.addAll(child.blobs()));
    }
    assertThat(requests(destinationServer, from))
        .containsEntry("PUT blobs", (long) distinct.size());
  }
}

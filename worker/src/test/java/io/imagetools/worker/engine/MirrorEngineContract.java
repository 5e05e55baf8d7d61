package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.CorpusPlatform;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ImageTree;
import io.imagetools.testing.ManifestKind;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryRequest;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, section 3, with real registries: what every engine must pass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MirrorEngineContract {

  /** Where images come from. */
  protected final RegistryServer sourceServer = new RegistryServer().start();

  /** Where images go. */
  protected final RegistryServer destinationServer = new RegistryServer().start();

  /** Fills the source. */
  protected final ImageCorpus corpus = new ImageCorpus(sourceServer);

  /** Reads the source. */
  protected final RegistryReader source = new RegistryReader(sourceServer);

  /** Reads the destination. */
  protected final RegistryReader destination = new RegistryReader(destinationServer);

  private EngineFixture bench;

  /** An engine for these servers, with a folder for whatever it needs. */
  protected abstract EngineFixture open(Path folder, RegistryServer... servers)
      throws IOException, InterruptedException;

  @BeforeEach
  void open_the_engine(@TempDir Path folder) throws IOException, InterruptedException {
    bench = open(folder, sourceServer, destinationServer);
  }

  @AfterAll
  void stop() {
    sourceServer.close();
    destinationServer.close();
  }

  @AfterEach
  void nothing_is_left() throws IOException {
    try (EngineFixture ending = bench) {
      ending.assertTidy();
    }
  }

  /** A tag at the destination. */
  protected final String to(String repository) {
    return destinationServer.host() + "/" + repository + ":1";
  }

  /** Digests of some children. */
  protected static List<String> digests(PushedImage image, String... platforms) {
    return Stream.of(platforms).map(platform -> image.child(platform).digest()).toList();
  }

  static Stream<BiFunction<ImageCorpus, String, PushedImage>> kinds() {
    return Stream.of(
        (images, name) -> images.dockerList(name, "1"),
        (images, name) -> images.ociIndex(name, "1"),
        (images, name) -> images.ociIndexOfFour(name, "1"),
        (images, name) -> images.windowsAndLinux(name, "1"),
        (images, name) -> images.mixedIndex(name, "1"),
        (images, name) -> images.annotatedIndex(name, "1"),
        (images, name) -> images.indexWithoutMediaType(name, "1"),
        (images, name) -> images.ociIndexWithAttestations(name, "1"),
        (images, name) -> images.dockerImage(name, "1"),
        (images, name) -> images.ociImage(name, "1"),
        (images, name) -> images.ociImageWithPlainLayer(name, "1"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void all_of_an_image_arrives_as_it_was(BiFunction<ImageCorpus, String, PushedImage> kind)
      throws Exception {
    PushedImage image = kind.apply(corpus, "whole/app");

    MirrorReport report = bench.mirror(image.reference(), to("whole/copy"), "all");

    assertThat(report.destinationDigest()).hasToString(image.digest());
    assertThat(destination.read("whole/copy", "1")).isEqualTo(source.read("whole/app", "1"));
  }

  @Test
  void selecting_every_child_is_the_very_same_index() throws Exception {
    PushedImage image = corpus.dockerList("every/app", "1");

    MirrorReport report = bench.mirror(image.reference(), to("every/copy"), "amd64,arm64,s390x");

    assertThat(report.changed()).isTrue();
    assertThat(report.missing()).containsExactly(PlatformPattern.parse("s390x"));
    assertThat(destination.read("every/copy", "1")).isEqualTo(source.read("every/app", "1"));
  }

  static Stream<BiFunction<ImageCorpus, String, PushedImage>> kindsOfFour() {
    return Stream.of(
        (images, name) -> images.dockerListOfFour(name, "1"),
        (images, name) -> images.ociIndexOfFour(name, "1"));
  }

  @ParameterizedTest
  @MethodSource("kindsOfFour")
  void a_part_is_an_index_of_the_sources_kind_with_those_children(
      BiFunction<ImageCorpus, String, PushedImage> kind) throws Exception {
    PushedImage image = kind.apply(corpus, "part/app-" + System.nanoTime());
    String name = "part/copy-" + System.nanoTime();

    MirrorReport report = bench.mirror(image.reference(), to(name), "arm,amd64");

    ImageTree whole = source.read(image.repository(), "1");
    ImageTree part = destination.read(name, "1");
    assertThat(part.mediaType()).isEqualTo(whole.mediaType());
    assertThat(part.children())
        .containsExactly(whole.children().get(0), whole.children().get(2), whole.children().get(3));
    assertThat(report.destinationDigest()).hasToString(part.digest());
    assertThat(report.sourceDigest()).hasToString(whole.digest());
    assertThat(report.platforms()).hasSize(3);
  }

  @Test
  void one_selected_child_is_still_an_index() throws Exception {
    PushedImage image = corpus.ociIndex("one/app", "1");

    bench.mirror(image.reference(), to("one/copy"), "arm64");

    ImageTree part = destination.read("one/copy", "1");
    assertThat(part.mediaType()).isEqualTo(ManifestKind.OCI.index());
    assertThat(part.childDigests()).isEqualTo(digests(image, "linux/arm64"));
  }

  @Test
  void no_tag_is_made_but_the_one_asked_for() throws Exception {
    PushedImage image = corpus.ociIndexOfFour("tags/app", "1");

    bench.mirror(image.reference(), to("tags/part"), "arm,amd64");
    bench.mirror(image.reference(), to("tags/whole"), "all");

    assertThat(destination.tags("tags/part")).containsExactly("1");
    assertThat(destination.tags("tags/whole")).containsExactly("1");
  }

  @Test
  void one_platform_after_the_other_gives_both_and_at_last_the_very_index() throws Exception {
    PushedImage image = corpus.ociIndexOfFour("grow/app", "1");

    bench.mirror(image.reference(), to("grow/copy"), "arm64");
    bench.mirror(image.reference(), to("grow/copy"), "amd64");

    assertThat(destination.read("grow/copy", "1").childDigests())
        .isEqualTo(digests(image, "linux/amd64", "linux/arm64/v8"));

    MirrorReport last = bench.mirror(image.reference(), to("grow/copy"), "arm");

    assertThat(last.destinationDigest()).hasToString(image.digest());
    assertThat(destination.read("grow/copy", "1")).isEqualTo(source.read("grow/app", "1"));
  }

  @Test
  void asking_for_less_later_takes_nothing_away() throws Exception {
    PushedImage image = corpus.dockerList("less/app", "1");
    bench.mirror(image.reference(), to("less/copy"), "all");

    MirrorReport report = bench.mirror(image.reference(), to("less/copy"), "arm64");

    assertThat(report.changed()).isFalse();
    assertThat(destination.digest("less/copy", "1")).contains(image.digest());
  }

  @Test
  void overwriting_takes_away_what_was_not_asked_for() throws Exception {
    PushedImage image = corpus.dockerList("over/app", "1");
    bench.mirror(image.reference(), to("over/copy"), "all");

    MirrorReport report = bench.overwrite(image.reference(), to("over/copy"), "arm64");

    assertThat(report.changed()).isTrue();
    assertThat(destination.read("over/copy", "1").childDigests())
        .isEqualTo(digests(image, "linux/arm64"));
    assertThat(bench.overwrite(image.reference(), to("over/copy"), "arm64").changed()).isFalse();
  }

  @Test
  void versions_never_mix() throws Exception {
    PushedImage older = corpus.dockerListOfFour("versions/app", "1");
    bench.mirror(older.reference(), to("versions/copy"), "amd64,arm");
    PushedImage newer = corpus.withSeed(2).dockerListOfFour("versions/app", "1");

    bench.mirror(newer.reference(), to("versions/copy"), "arm64");

    assertThat(destination.read("versions/copy", "1").childDigests())
        .isEqualTo(digests(newer, "linux/arm64/v8"));
  }

  @Test
  void an_image_takes_the_place_of_an_index_and_the_other_way_round() throws Exception {
    PushedImage index = corpus.ociIndexOfFour("turn/index", "1");
    PushedImage image = corpus.ociImage("turn/image", "1");

    bench.mirror(index.reference(), to("turn/copy"), "amd64");
    bench.mirror(image.reference(), to("turn/copy"), "amd64");
    assertThat(destination.digest("turn/copy", "1")).contains(image.digest());

    bench.mirror(index.reference(), to("turn/copy"), "arm64");
    assertThat(destination.read("turn/copy", "1").childDigests())
        .isEqualTo(digests(index, "linux/arm64/v8"));
  }

  @Test
  void windows_versions_and_features_are_kept() throws Exception {
    PushedImage image = corpus.windowsAndLinux("windows/app", "1");

    bench.mirror(image.reference(), to("windows/copy"), "windows/amd64");

    List<ImageTree> whole = source.read("windows/app", "1").children();
    assertThat(destination.read("windows/copy", "1").children())
        .containsExactly(whole.get(1), whole.get(2));
    assertThat(whole.get(2).platform()).contains("os.version", "win32k");
  }

  @Test
  void attestations_follow_their_image() throws Exception {
    PushedImage image = corpus.ociIndexWithAttestations("attested/app", "1");

    bench.mirror(image.reference(), to("attested/copy"), "arm64");

    List<ImageTree> whole = source.read("attested/app", "1").children();
    assertThat(destination.read("attested/copy", "1").children())
        .containsExactly(whole.get(1), whole.get(3));
  }

  @Test
  void annotations_of_index_and_descriptors_are_kept() throws Exception {
    PushedImage image = corpus.annotatedIndex("notes/app", "1");

    bench.mirror(image.reference(), to("notes/copy"), "amd64");

    ImageTree whole = source.read("notes/app", "1");
    ImageTree part = destination.read("notes/copy", "1");
    assertThat(part.annotations()).isNotEmpty().isEqualTo(whole.annotations());
    assertThat(part.children()).containsExactly(whole.children().get(0));
  }

  @Test
  void a_part_of_a_mixed_index_is_pushed_as_it_shall_be() throws Exception {
    PushedImage image = corpus.mixedIndex("mixed/app", "1");

    bench.mirror(image.reference(), to("mixed/copy"), "amd64");

    ImageTree part = destination.read("mixed/copy", "1");
    assertThat(part.mediaType()).isEqualTo(ManifestKind.OCI.index());
    assertThat(part.childDigests()).isEqualTo(digests(image, "linux/amd64"));
  }

  @Test
  void a_digest_decides_over_the_tag() throws Exception {
    PushedImage older = corpus.ociIndex("pinned/app", "1");
    corpus.withSeed(2).ociIndex("pinned/app", "1");

    bench.mirror(older.reference() + "@" + older.digest(), to("pinned/copy"), "all");

    assertThat(destination.digest("pinned/copy", "1")).contains(older.digest());
  }

  @Test
  void a_child_of_an_index_can_be_named_by_its_digest() throws Exception {
    PushedImage image = corpus.ociIndex("child/app", "1");
    String child = image.child("linux/arm64").digest();
    String reference = sourceServer.host() + "/child/app@" + child;

    bench.mirror(reference, to("child/copy"), "arm64");

    assertThat(destination.digest("child/copy", "1")).contains(child);
    assertThat(bench.failure(reference, to("child/other"), "amd64").kind())
        .isEqualTo(FailureKind.PLATFORM_NOT_FOUND);
  }

  @Test
  void a_single_image_of_the_wrong_platform_is_refused() {
    PushedImage image = corpus.image("single/app", "1", ManifestKind.DOCKER, CorpusPlatform.ARM_V7);

    MirrorFailure failure = bench.failure(image.reference(), to("single/copy"), "amd64,arm64");

    assertThat(failure.kind()).isEqualTo(FailureKind.PLATFORM_NOT_FOUND);
    assertThat(failure).hasMessageContaining("linux/arm/v7").hasMessageContaining("amd64,arm64");
    assertThat(destination.tags("single/copy")).isEmpty();
  }

  @Test
  void an_index_without_the_platform_is_refused_and_says_what_it_has() {
    PushedImage image = corpus.ociIndex("lacking/app", "1");

    MirrorFailure failure = bench.failure(image.reference(), to("lacking/copy"), "s390x");

    assertThat(failure.kind()).isEqualTo(FailureKind.PLATFORM_NOT_FOUND);
    assertThat(failure).hasMessageContaining("linux/amd64, linux/arm64");
  }

  @Test
  void an_image_that_is_not_there_is_refused() {
    MirrorFailure failure = bench.failure(sourceServer.host() + "/no/app:1", to("no/copy"), "all");

    assertThat(failure.kind()).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
    assertThat(failure.registry()).hasToString(sourceServer.host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "amd64,arm64", "arm64"})
  void a_child_that_can_not_be_copied_leaves_the_tag_as_it_was(String platforms) throws Exception {
    String name = "broken/" + platforms.replace(',', '-');
    PushedImage before = corpus.withSeed(7).ociIndex(name, "1");
    bench.mirror(before.reference(), to(name), "amd64");
    String was = destination.digest(name, "1").orElseThrow();
    PushedImage broken =
        corpus.withSeed(8 + platforms.length()).brokenIndex(sourceServer, name, "1");

    MirrorFailure failure = bench.failure(broken.reference(), to(name), platforms);

    assertThat(failure.kind()).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
    assertThat(failure.registry()).hasToString(sourceServer.host());
    assertThat(failure.evidence()).isNotEmpty();
    assertThat(destination.digest(name, "1")).contains(was);
  }

  @Test
  void a_broken_child_that_was_not_asked_for_does_not_matter() throws Exception {
    PushedImage broken = corpus.withSeed(99).brokenIndex(sourceServer, "halfbroken/app", "1");

    bench.mirror(broken.reference(), to("halfbroken/copy"), "amd64");

    assertThat(destination.read("halfbroken/copy", "1").childDigests())
        .isEqualTo(digests(broken, "linux/amd64"));
  }

  @Test
  void the_second_time_heads_suffice() throws Exception {
    PushedImage whole = corpus.ociIndex("again/app", "1");
    PushedImage image = corpus.dockerImage("again/image", "1");
    bench.mirror(whole.reference(), to("again/copy"), "amd64,arm64");
    bench.mirror(image.reference(), to("again/image"), "amd64");
    int seenAtSource = sourceServer.requests().size();
    int seenAtDestination = destinationServer.requests().size();

    assertThat(bench.mirror(whole.reference(), to("again/copy"), "amd64,arm64").changed())
        .isFalse();
    MirrorReport report = bench.mirror(image.reference(), to("again/image"), "amd64");

    assertThat(report.changed()).isFalse();
    assertThat(report.destinationDigest()).isEqualTo(Digest.parse(image.digest()));
    assertThat(manifestRequests(sourceServer, seenAtSource)).containsOnly("HEAD").hasSize(2);
    assertThat(manifestRequests(destinationServer, seenAtDestination))
        .containsOnly("HEAD")
        .hasSize(2);
  }

  private static List<String> manifestRequests(RegistryServer server, int from) {
    List<RegistryRequest> all = server.requests();
    return all.subList(from, all.size()).stream()
        .filter(request -> request.path().contains("/manifests/"))
        .map(RegistryRequest::method)
        .toList();
  }

  @Test
  void a_part_that_is_there_is_left_alone() throws Exception {
    PushedImage image = corpus.dockerListOfFour("againpart/app", "1");
    bench.mirror(image.reference(), to("againpart/copy"), "arm/v7,amd64");

    MirrorReport report = bench.mirror(image.reference(), to("againpart/copy"), "arm/v7");

    assertThat(report.changed()).isFalse();
    assertThat(report.platforms()).hasSize(2);
  }

  @Test
  void bytes_are_counted_by_what_became_of_them() throws Exception {
    PushedImage image = corpus.withLayerBytes(100_000).ociImage("bytes/app", "1");

    ByteCounts first = bench.mirror(image.reference(), to("bytes/copy"), "amd64").bytes();
    ByteCounts again =
        bench
            .mirror(image.reference(), destinationServer.host() + "/bytes/copy:2", "amd64")
            .bytes();
    ByteCounts elsewhere = bench.mirror(image.reference(), to("bytes/other"), "amd64").bytes();

    assertThat(first.copied()).isGreaterThan(200_000);
    assertThat(first.mounted() + first.skipped()).isZero();
    assertThat(again.copied()).isZero();
    assertThat(again.skipped()).isEqualTo(first.copied());
    assertThat(elsewhere.mounted()).isGreaterThan(200_000);
    assertThat(elsewhere.mounted() + elsewhere.copied() + elsewhere.skipped())
        .isEqualTo(first.copied());
  }

  /** Pushes an index of these manifests, which state no platform. */
  private String pushIndex(String repository, String tag, PushedImage... images)
      throws IOException, InterruptedException {
    String entries =
        Stream.of(images)
            .map(PushedImage::manifest)
            .map(
                child ->
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                        .formatted(child.mediaType(), child.digest(), child.size()))
            .collect(Collectors.joining(","));
    String json = "{\"schemaVersion\":2,\"manifests\":[" + entries + "]}";
    URI uri =
        URI.create("http://" + sourceServer.host() + "/v2/" + repository + "/manifests/" + tag);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", ManifestKind.OCI.index())
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build();
    assertThat(
            HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(201);
    return sourceServer.host() + "/" + repository + ":" + tag;
  }

  @Test
  void an_index_in_an_index_arrives_as_it_was() throws Exception {
    PushedImage inner = corpus.ociIndex("nested/app", "inner");
    PushedImage image = corpus.ociImage("nested/app", "image");
    String outer = pushIndex("nested/app", "1", image, inner);

    bench.mirror(outer, to("nested/copy"), "all");
    assertThat(destination.read("nested/copy", "1")).isEqualTo(source.read("nested/app", "1"));

    bench.mirror(outer, to("nested/part"), "arm64");
    assertThat(destination.read("nested/part", "1").childDigests()).containsExactly(inner.digest());
  }

  @Test
  void a_child_that_states_no_platform_is_chosen_by_its_config() throws Exception {
    PushedImage amd = corpus.ociImage("silent/app", "amd");
    PushedImage arm = corpus.image("silent/app", "arm", ManifestKind.OCI, CorpusPlatform.ARM64_V8);
    String index = pushIndex("silent/app", "1", amd, arm);

    MirrorReport report = bench.mirror(index, to("silent/copy"), "arm64");

    assertThat(destination.read("silent/copy", "1").childDigests()).containsExactly(arm.digest());
    assertThat(report.platforms()).hasToString("[linux/arm64/v8]");
    assertThat(bench.mirror(index, to("silent/copy"), "arm64").changed()).isFalse();
  }
}

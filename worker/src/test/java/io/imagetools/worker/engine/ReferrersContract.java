package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.PushedManifest;
import io.imagetools.testing.ReferrerCorpus;
import io.imagetools.testing.ReferrersApi;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryRequest;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code --referrers} with real registries: what every engine must pass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ReferrersContract {

  private static final String ALL = "all";

  private final RegistryServer sourceServer = new RegistryServer().start();
  private final RegistryServer destinationServer = new RegistryServer().start();
  private final ReferrersApi sourceApi = new ReferrersApi(sourceServer);
  private final ReferrersApi destinationApi = new ReferrersApi(destinationServer);
  private final ImageCorpus corpus = new ImageCorpus(sourceServer);
  private final ReferrerCorpus referrers = new ReferrerCorpus(sourceServer.host());
  private final RegistryReader source = new RegistryReader(sourceServer);
  private final RegistryReader destination = new RegistryReader(destinationServer);

  private EngineFixture bench;

  /** An engine that may reach these registries by plain http. */
  protected abstract EngineFixture open(Path folder, Set<Registry> registries)
      throws IOException, InterruptedException;

  @BeforeEach
  void open_the_engine(@TempDir Path folder) throws IOException, InterruptedException {
    bench =
        open(
            folder,
            Set.of(
                new Registry(sourceServer.host()),
                new Registry(destinationServer.host()),
                new Registry(sourceApi.host()),
                new Registry(destinationApi.host())));
  }

  @AfterAll
  void stop() {
    sourceApi.close();
    destinationApi.close();
    sourceServer.close();
    destinationServer.close();
  }

  @AfterEach
  void nothing_is_left() throws IOException {
    try (EngineFixture ending = bench) {
      ending.assertTidy();
    }
  }

  private String to(String repository) {
    return destinationServer.host() + "/" + repository + ":1";
  }

  /** Digests that the tag for a subject lists at the destination, each read to its last blob. */
  private List<String> tagged(String repository, PushedManifest subject) {
    String tag = ReferrerCorpus.tag(subject.digest());
    return destination.digest(repository, tag).isEmpty()
        ? List.of()
        : destination.read(repository, tag).childDigests();
  }

  private List<RegistryRequest> since(RegistryServer server, int from) {
    List<RegistryRequest> all = server.requests();
    return all.subList(from, all.size());
  }

  @Test
  void what_refers_to_index_and_children_arrives_and_what_refers_to_that() throws Exception {
    PushedImage image = corpus.ociIndex("deep/app", "1");
    PushedManifest child = image.child("linux/arm64");
    PushedManifest ofIndex = referrers.signature("deep/app", image.manifest(), "index");
    PushedManifest ofChild = referrers.signature("deep/app", child, "child");
    PushedManifest second = referrers.bundle("deep/app", child, List.of(ofIndex, ofChild));
    PushedManifest ofSignature = referrers.signature("deep/app", ofChild, "signature");
    referrers.list("deep/app", image.manifest(), ofIndex);
    referrers.list("deep/app", child, ofChild, second);
    referrers.list("deep/app", ofChild, ofSignature);

    MirrorReport report = bench.mirrorWithReferrers(image.reference(), to("deep/copy"), ALL);

    assertThat(report.destinationDigest()).hasToString(image.digest());
    assertThat(tagged("deep/copy", image.manifest())).containsExactly(ofIndex.digest());
    assertThat(tagged("deep/copy", child)).containsExactly(ofChild.digest(), second.digest());
    assertThat(tagged("deep/copy", ofChild)).containsExactly(ofSignature.digest());
    assertThat(destination.read("deep/copy", ofIndex.digest()))
        .isEqualTo(source.read("deep/app", ofIndex.digest()));
    assertThat(destination.manifest("deep/copy", ReferrerCorpus.tag(child.digest())).text())
        .contains(ReferrerCorpus.TYPE, "org.example.says");
  }

  @Test
  void cosigns_tags_arrive_and_follow_those_of_the_source() throws Exception {
    PushedImage image = corpus.dockerList("cosign/app", "1");
    PushedManifest sbom =
        referrers.cosign("cosign/app", image.child("linux/amd64"), "sbom", "what is in it");
    referrers.cosign("cosign/app", image.manifest(), "sig", "signed once");
    referrers.cosign("cosign/app", image.manifest(), "att", "built so");
    PushedManifest ofSbom = referrers.cosign("cosign/app", sbom, "sig", "what is in it is signed");
    bench.mirrorWithReferrers(image.reference(), to("cosign/copy"), ALL);
    PushedManifest again = referrers.cosign("cosign/app", image.manifest(), "sig", "signed twice");

    MirrorReport report = bench.mirrorWithReferrers(image.reference(), to("cosign/copy"), ALL);

    assertThat(report.changed()).isTrue();
    assertThat(destination.tags("cosign/copy"))
        .containsExactlyInAnyOrderElementsOf(source.tags("cosign/app"));
    String signatures = ReferrerCorpus.tag(image.digest()) + ".sig";
    assertThat(destination.read("cosign/copy", signatures).digest()).isEqualTo(again.digest());
    assertThat(destination.read("cosign/copy", ReferrerCorpus.tag(sbom.digest()) + ".sig").digest())
        .isEqualTo(ofSbom.digest());
  }

  @Test
  void an_image_with_all_that_refers_to_it_is_unchanged_without_blobs_or_writes() throws Exception {
    PushedImage image = corpus.ociIndex("same/app", "1");
    referrers.list(
        "same/app",
        image.manifest(),
        referrers.signature("same/app", image.manifest(), "one"),
        referrers.signature("same/app", image.manifest(), "two"));
    referrers.cosign("same/app", image.manifest(), "sig", "signed");
    bench.mirrorWithReferrers(image.reference(), to("same/copy"), ALL);
    int fromSource = sourceServer.requests().size();
    int fromDestination = destinationServer.requests().size();

    MirrorReport report = bench.mirrorWithReferrers(image.reference(), to("same/copy"), ALL);

    assertThat(report.changed()).isFalse();
    assertThat(since(sourceServer, fromSource))
        .noneMatch(request -> request.path().contains("/blobs/"));
    assertThat(since(destinationServer, fromDestination))
        .allMatch(request -> request.method().equals("GET") || request.method().equals("HEAD"))
        .noneMatch(request -> request.path().contains("/blobs/"));
  }

  @Test
  void a_new_signature_of_an_unchanged_image_arrives_alone() throws Exception {
    PushedImage image = corpus.ociIndex("late/app", "1");
    bench.mirror(image.reference(), to("late/copy"), ALL);
    PushedManifest signature = referrers.signature("late/app", image.manifest(), "late");
    referrers.list("late/app", image.manifest(), signature);
    int fromSource = sourceServer.requests().size();

    MirrorReport report = bench.mirrorWithReferrers(image.reference(), to("late/copy"), ALL);

    assertThat(report.changed()).isTrue();
    assertThat(report.bytes().copied()).isEqualTo("{}".length() + "late".length());
    assertThat(tagged("late/copy", image.manifest())).containsExactly(signature.digest());
    assertThat(since(sourceServer, fromSource))
        .filteredOn(request -> request.path().contains("/blobs/"))
        .hasSize(2);
  }

  @Test
  void signatures_that_the_destination_has_of_its_own_stay_listed() throws Exception {
    PushedImage image = corpus.ociImage("own/app", "1");
    bench.mirror(image.reference(), to("own/copy"), ALL);
    ReferrerCorpus there = new ReferrerCorpus(destinationServer.host());
    PushedManifest own = there.signature("own/copy", image.manifest(), "our own");
    there.list("own/copy", image.manifest(), own);
    PushedManifest theirs = referrers.signature("own/app", image.manifest(), "theirs");
    referrers.list("own/app", image.manifest(), theirs);

    bench.mirrorWithReferrers(image.reference(), to("own/copy"), ALL);

    assertThat(tagged("own/copy", image.manifest()))
        .containsExactlyInAnyOrder(own.digest(), theirs.digest());
  }

  @Test
  void nothing_of_it_arrives_unless_it_is_asked_for() throws Exception {
    PushedImage image = corpus.ociIndex("plain/app", "1");
    PushedManifest signature = referrers.signature("plain/app", image.manifest(), "unwanted");
    referrers.list("plain/app", image.manifest(), signature);
    referrers.cosign("plain/app", image.manifest(), "sig", "unwanted");

    bench.mirror(image.reference(), to("plain/copy"), ALL);

    assertThat(destination.tags("plain/copy")).containsExactly("1");
  }

  @Test
  void a_part_of_an_index_gets_what_refers_to_its_images() throws Exception {
    PushedImage image = corpus.ociIndexOfFour("part/app", "1");
    PushedManifest child = image.child("linux/amd64");
    PushedManifest other = image.child("linux/arm/v7");
    for (PushedManifest subject : List.of(image.manifest(), child, other)) {
      PushedManifest signature = referrers.signature("part/app", subject, subject.digest());
      referrers.list("part/app", subject, signature);
    }

    bench.mirrorWithReferrers(image.reference(), to("part/copy"), "amd64");
    MirrorReport again = bench.mirrorWithReferrers(image.reference(), to("part/copy"), "amd64");

    assertThat(again.changed()).isFalse();
    assertThat(tagged("part/copy", child)).hasSize(1);
    assertThat(tagged("part/copy", other)).isEmpty();
    assertThat(tagged("part/copy", image.manifest())).isEmpty();
  }

  @Test
  void a_registry_that_lists_is_asked_page_by_page_and_one_that_does_not_gets_the_tag()
      throws Exception {
    PushedImage image = new ImageCorpus(sourceApi.host()).ociImage("api/app", "1");
    ReferrerCorpus listing = new ReferrerCorpus(sourceApi.host());
    List<String> pushed =
        List.of("one", "two", "three").stream()
            .map(text -> listing.signature("api/app", image.manifest(), text).digest())
            .toList();

    bench.mirrorWithReferrers(image.reference(), to("api/copy"), ALL);

    assertThat(tagged("api/copy", image.manifest())).containsExactlyElementsOf(pushed);
  }

  @Test
  void a_destination_that_lists_by_itself_gets_no_tag() throws Exception {
    PushedImage image = corpus.ociImage("list/app", "1");
    PushedManifest signature = referrers.signature("list/app", image.manifest(), "listed");
    referrers.list("list/app", image.manifest(), signature);
    String there = destinationApi.host() + "/list/copy:1";

    bench.mirrorWithReferrers(image.reference(), there, ALL);
    MirrorReport again = bench.mirrorWithReferrers(image.reference(), there, ALL);

    assertThat(again.changed()).isFalse();
    assertThat(destinationApi.listed("list/copy", image.digest()))
        .containsExactly(signature.digest());
    assertThat(destination.tags("list/copy")).containsExactly("1");
  }

  /** The same registry under the names of both sides, so that blobs may be mounted. */
  private MirrorReport signedTwice(String repository, FaultyProxy door, Path folder)
      throws Exception {
    PushedImage image = corpus.ociImage(repository, "1");
    String from = door.host() + "/" + repository + ":1";
    String to = door.host() + "/" + repository + "/copy:1";
    try (EngineFixture engine = open(folder, Set.of(new Registry(door.host())))) {
      engine.mirror(from, to, ALL);
      PushedManifest signature = referrers.signature(repository, image.manifest(), repository);
      referrers.list(repository, image.manifest(), signature);

      MirrorReport report = engine.mirrorWithReferrers(from, to, ALL);

      assertThat(source.read(repository + "/copy", signature.digest()))
          .isEqualTo(source.read(repository, signature.digest()));
      return report;
    }
  }

  @Test
  void blobs_of_a_signature_are_mounted_within_a_registry(@TempDir Path folder) throws Exception {
    try (FaultyProxy door = new FaultyProxy(sourceServer)) {
      MirrorReport report = signedTwice("mount/app", door, folder);

      assertThat(report.bytes().mounted()).isEqualTo("{}mount/app".length());
      assertThat(report.bytes().copied()).isZero();
    }
  }

  @Test
  void blobs_of_a_signature_are_sent_where_a_mount_goes_wrong(@TempDir Path folder)
      throws Exception {
    try (FaultyProxy door = new FaultyProxy(sourceServer)) {
      door.always("POST", "\\?mount=.*from=unmounted/app$", Fault.error(500, "UNKNOWN"));

      MirrorReport report = signedTwice("unmounted/app", door, folder);

      assertThat(door.faults()).isPositive();
      assertThat(report.bytes().copied()).isEqualTo("{}unmounted/app".length());
    }
  }

  @Test
  void a_signature_arrives_where_blobs_that_are_absent_are_denied(@TempDir Path folder)
      throws Exception {
    PushedImage image = corpus.ociImage("denied/app", "1");
    PushedManifest signature = referrers.signature("denied/app", image.manifest(), "denied");
    referrers.list("denied/app", image.manifest(), signature);
    try (FaultyProxy door = new FaultyProxy(destinationServer);
        EngineFixture engine =
            open(folder, Set.of(new Registry(sourceServer.host()), new Registry(door.host())))) {
      String there = door.host() + "/denied/copy:1";
      engine.mirror(image.reference(), there, ALL);
      door.always("HEAD", "/blobs/", Fault.absentIsDenied());

      engine.mirrorWithReferrers(image.reference(), there, ALL);

      assertThat(door.faults()).isPositive();
    }
    assertThat(tagged("denied/copy", image.manifest())).containsExactly(signature.digest());
  }

  @Test
  void a_signature_that_is_listed_and_gone_is_passed_over() throws Exception {
    PushedImage image = corpus.ociImage("gone/app", "1");
    PushedManifest gone = referrers.signature("gone/app", image.manifest(), "gone");
    PushedManifest there = referrers.signature("gone/app", image.manifest(), "there");
    referrers.list("gone/app", image.manifest(), gone, there);
    source.delete("gone/app", gone.digest());

    bench.mirrorWithReferrers(image.reference(), to("gone/copy"), ALL);

    assertThat(tagged("gone/copy", image.manifest())).containsExactly(there.digest());
  }

  @Test
  void a_signature_that_cannot_be_had_leaves_the_tag_as_it_was() throws Exception {
    PushedImage image = corpus.ociImage("broken/app", "1");
    PushedManifest signature = referrers.signature("broken/app", image.manifest(), "to be lost");
    referrers.list("broken/app", image.manifest(), signature);
    sourceServer.loseBlob(signature.blobs().get(1));

    MirrorFailure failure =
        catchThrowableOfType(
            MirrorFailure.class,
            () -> bench.mirrorWithReferrers(image.reference(), to("broken/copy"), ALL));

    assertThat(failure.kind()).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
    assertThat(destination.digest("broken/copy", "1")).isEmpty();
  }
}

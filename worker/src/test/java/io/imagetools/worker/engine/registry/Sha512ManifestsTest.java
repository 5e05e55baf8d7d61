package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.PushedManifest;
import io.imagetools.testing.ReferrerCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.testing.ServedManifest;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.registry.RegistryWrites;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that names its manifests by sha512, and a destination that names all by sha256. */
@Timeout(300)
class Sha512ManifestsTest {

  private static final String DIGEST = "Docker-Content-Digest";

  private final RegistryServer sourceServer = new RegistryServer().start();
  private final RegistryServer destination = new RegistryServer().start();
  private final FaultyProxy source = new FaultyProxy(sourceServer);
  private final RegistryReader arrived = new RegistryReader(destination);
  private final RegistryBench bench =
      RegistryBench.of(
          new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5)),
          Set.of(new Registry(source.host()), new Registry(destination.host())));

  @AfterEach
  void stop() {
    bench.close();
    source.close();
    sourceServer.close();
    destination.close();
  }

  private PushedImage push(boolean index) {
    ImageCorpus corpus = new ImageCorpus(sourceServer);
    return index ? corpus.ociIndex("app", "1") : corpus.ociImage("app", "1");
  }

  /** Lets the source serve it by its sha512, and say that of its tag; by what it may be asked. */
  private String named(PushedImage image, boolean byDigest) throws Exception {
    ServedManifest manifest = manifest(image);
    String digest = sha512(manifest);
    Map<String, String> headers = Map.of("Content-Type", manifest.mediaType(), DIGEST, digest);
    for (String method : List.of("HEAD", "GET")) {
      source.always(method, "/manifests/1$", new Fault.HeaderChanged(DIGEST, value -> digest));
      source.always(
          method, "/manifests/" + digest, new Fault.Answered(200, manifest.text(), headers));
    }
    return source.host() + (byDigest ? "/app@" + digest : "/app:1");
  }

  private ServedManifest manifest(PushedImage image) {
    return new RegistryReader(sourceServer).manifest("app", image.digest());
  }

  private static String sha512(ServedManifest manifest) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(manifest.bytes());
    return "sha512:" + HexFormat.of().formatHex(hash);
  }

  private String to() {
    return destination.host() + "/copy:1";
  }

  @ParameterizedTest
  @CsvSource({"false, false, all", "false, true, all", "true, false, all", "true, true, arm64"})
  void an_image_arrives_and_is_unchanged_then(boolean index, boolean byDigest, String platforms)
      throws Exception {
    String from = named(push(index), byDigest);

    MirrorReport first = bench.mirror(from, to(), platforms);
    MirrorReport second = bench.mirror(from, to(), platforms);

    assertThat(first.changed()).isTrue();
    assertThat(second.changed()).isFalse();
    String served = arrived.digest("copy", "1").orElseThrow();
    assertThat(first.destinationDigest()).hasToString(served);
    assertThat(second.destinationDigest()).hasToString(served);
  }

  @ParameterizedTest
  @CsvSource({"false, all", "true, all", "true, 'amd64,arm64'"})
  void another_image_under_the_tag_is_replaced(boolean index, String platforms) throws Exception {
    PushedImage image = push(index);
    String from = named(image, false);
    new ImageCorpus(destination).withSeed(7).ociIndex("copy", "1");

    assertThat(bench.mirror(from, to(), platforms).changed()).isTrue();

    assertThat(arrived.digest("copy", "1")).contains(image.digest());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_signature_that_comes_later_arrives(boolean index) throws Exception {
    PushedImage image = push(index);
    String from = named(image, false);
    ReferrerCorpus referrers = new ReferrerCorpus(sourceServer.host());
    PushedManifest subject = bySha512(image);
    PushedManifest first = referrers.signature("app", subject, "first");
    referrers.list("app", subject, first);
    bench.mirrorWithReferrers(from, to(), "all");
    PushedManifest second = referrers.signature("app", subject, "second");
    referrers.list("app", subject, first, second);

    MirrorReport again = bench.mirrorWithReferrers(from, to(), "all");

    assertThat(again.changed()).isTrue();
    assertThat(arrived.read("copy", ReferrerCorpus.tag(subject.digest())).childDigests())
        .containsExactly(first.digest(), second.digest());
    assertThat(bench.mirrorWithReferrers(from, to(), "all").changed()).isFalse();
  }

  private PushedManifest bySha512(PushedImage image) throws Exception {
    PushedManifest pushed = image.manifest();
    return new PushedManifest(
        pushed.mediaType(),
        sha512(manifest(image)),
        pushed.size(),
        pushed.platform(),
        pushed.blobs(),
        pushed.children());
  }
}

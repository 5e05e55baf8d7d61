package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.ReferrerCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What this machine says of signatures (containers-registries.d(5)) changes nothing about copies.
 */
@Timeout(300)
class SkopeoEnginePoliciesTest {

  private final RegistryServer source = new RegistryServer().start();
  private final RegistryServer destination = new RegistryServer().start();
  private final ImageCorpus corpus = new ImageCorpus(source);
  private final RegistryReader arrived = new RegistryReader(destination);
  private final Path folder;
  private EngineBench bench;

  SkopeoEnginePoliciesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    bench = EngineBench.in(folder, source, destination).build();
  }

  @AfterEach
  void stop() {
    bench.close();
    source.close();
    destination.close();
  }

  private void configure(String atSource, String atDestination) throws IOException {
    Path settings = Files.createDirectories(folder.resolve("home/.config/containers/registries.d"));
    Files.writeString(
        settings.resolve("registries.yaml"),
        "docker:\n  %s:\n    %s\n  %s:\n    %s\n"
            .formatted(source.host(), atSource, destination.host(), atDestination));
  }

  private String copy() {
    return destination.host() + "/copy:1";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_is_signed_arrives_where_its_signatures_can_not_be_stored(boolean index)
      throws Exception {
    PushedImage image = index ? corpus.ociIndex("app", "1") : corpus.ociImage("app", "1");
    Path signatures = folder.resolve("signatures/app@" + image.digest().replace(':', '='));
    Files.createDirectories(signatures);
    Files.write(signatures.resolve("signature-1"), new byte[] {(byte) 0x90, 's', 'i', 'g'});
    configure(
        "lookaside: " + folder.resolve("signatures").toUri(),
        "lookaside-staging: file:///proc/none");

    bench.mirror(image.reference(), copy(), "all");

    assertThat(arrived.digest("copy", "1")).contains(image.digest());
  }

  @Test
  void cosigns_signatures_come_when_they_are_asked_for() throws Exception {
    PushedImage image = corpus.ociImage("app", "1");
    new ReferrerCorpus(source.host()).cosign("app", image.manifest(), "sig", "signed");
    configure("use-sigstore-attachments: true", "use-sigstore-attachments: true");

    bench.mirror(image.reference(), copy(), "all");
    assertThat(arrived.tags("copy")).containsExactly("1");

    bench.mirrorWithReferrers(image.reference(), copy(), "all");
    assertThat(arrived.tags("copy"))
        .containsExactlyInAnyOrder("1", ReferrerCorpus.tag(image.digest()) + ".sig");
  }

  private Path containers() throws IOException {
    return Files.createDirectories(folder.resolve("home/.config/containers"));
  }

  @Test
  void an_image_that_the_policy_of_this_machine_rejects_is_denied_by_it() throws Exception {
    PushedImage image = corpus.ociIndex("app", "1");
    Files.writeString(containers().resolve("policy.json"), "{\"default\":[{\"type\":\"reject\"}]}");

    try (EngineBench strict = EngineBench.in(folder, source, destination).build()) {
      MirrorFailure failure = strict.failure(image.reference(), copy(), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
      assertThat(failure).hasMessageContaining("policy.json of this machine");
      assertThat(failure.registry()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_registry_that_this_machine_blocks_is_denied_by_it(boolean atSource) throws Exception {
    PushedImage image = corpus.ociImage("app", "1");
    String host = atSource ? source.host() : destination.host();
    Files.writeString(
        containers().resolve("registries.conf"),
        "[[registry]]\nlocation = \"" + host + "\"\nblocked = true\n");

    MirrorFailure failure = bench.failure(image.reference(), copy(), "all");

    assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
    assertThat(failure).hasMessageContaining(host).hasMessageContaining("registries.conf");
  }
}

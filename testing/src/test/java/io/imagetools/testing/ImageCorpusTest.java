package io.imagetools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageCorpusTest {

  private static final RegistryServer SERVER = new RegistryServer().start();
  private static final ImageCorpus CORPUS = new ImageCorpus(SERVER);
  private static final RegistryReader READER = new RegistryReader(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static Stream<PushedImage> every_kind_of_image() {
    return Stream.of(
        CORPUS.dockerImage("kinds", "docker-image"),
        CORPUS.ociImage("kinds", "oci-image"),
        CORPUS.ociImageWithPlainLayer("kinds", "plain-layer"),
        CORPUS.dockerList("kinds", "docker-list"),
        CORPUS.ociIndex("kinds", "oci-index"),
        CORPUS.dockerListOfFour("kinds", "docker-four"),
        CORPUS.ociIndexOfFour("kinds", "oci-four"),
        CORPUS.windowsAndLinux("kinds", "windows"),
        CORPUS.indexWithoutMediaType("kinds", "no-media-type"),
        CORPUS.mixedIndex("kinds", "mixed"),
        CORPUS.annotatedIndex("kinds", "annotated"),
        CORPUS.ociIndexWithAttestations("kinds", "attestations"));
  }

  @ParameterizedTest
  @MethodSource("every_kind_of_image")
  void what_was_pushed_is_what_is_read(PushedImage image) {
    ImageTree tree = READER.read(image.repository(), image.tag());

    assertThat(tree.digest()).isEqualTo(image.digest());
    assertThat(tree.mediaType()).isEqualTo(image.manifest().mediaType());
    assertThat(tree.blobs()).isEqualTo(image.manifest().blobs());
    assertThat(tree.childDigests())
        .isEqualTo(image.children().stream().map(PushedManifest::digest).toList());
  }

  @Test
  void attestations_name_the_image_they_describe() {
    PushedImage image = CORPUS.ociIndexWithAttestations("attested", "1.0");

    List<ImageTree> children = READER.read("attested", "1.0").children();

    assertThat(children).hasSize(4);
    assertThat(children.get(3).platform()).contains("unknown");
    assertThat(children.get(3).annotations()).contains(image.child("linux/arm64").digest());
  }

  @Test
  void windows_entries_keep_version_and_features() {
    CORPUS.windowsAndLinux("windows", "1.0");

    assertThat(READER.read("windows", "1.0").children().get(2).platform())
        .contains("\"os.version\":\"10.0.20348.2159\"", "\"os.features\":[\"win32k\"]");
  }

  @Test
  void images_share_their_base_layer() {
    PushedImage one = CORPUS.dockerImage("shared/one", "1.0");
    PushedImage two = CORPUS.dockerImage("shared/two", "1.0");

    assertThat(one.manifest().blobs().get(1)).isEqualTo(two.manifest().blobs().get(1));
    assertThat(one.manifest().blobs().get(2)).isNotEqualTo(two.manifest().blobs().get(2));
  }

  @Test
  void content_depends_on_the_seed_alone() {
    PushedImage first = CORPUS.ociIndex("seeded", "1.0");

    assertThat(CORPUS.withSeed(2).ociIndex("seeded", "1.0").digest())
        .isNotEqualTo(first.digest())
        .isEqualTo(READER.manifest("seeded", "1.0").digest());
    assertThat(CORPUS.ociIndex("seeded", "1.0")).isEqualTo(first);
  }

  @Test
  void a_broken_index_is_seen_to_be_incomplete() {
    PushedImage image = CORPUS.brokenIndex(SERVER, "broken", "1.0");

    assertThat(READER.read("broken", image.child("linux/amd64").digest()).blobs()).hasSize(3);
    assertThatThrownBy(() -> READER.read("broken", "1.0"))
        .isInstanceOf(IncompleteImageException.class)
        .hasMessageContaining("404");
  }

  @Test
  void a_deleted_image_has_no_digest_and_an_unknown_repository_no_tags() {
    CORPUS.ociImage("deleted", "1.0");

    READER.delete("deleted", "1.0");

    assertThat(READER.digest("deleted", "1.0")).isEmpty();
    assertThat(READER.tags("never/pushed")).isEmpty();
  }
}

package io.imagetools.worker.engine.manifest;

import static io.imagetools.worker.engine.manifest.Manifests.bytes;
import static io.imagetools.worker.engine.manifest.Manifests.child;
import static io.imagetools.worker.engine.manifest.Manifests.descriptor;
import static io.imagetools.worker.engine.manifest.Manifests.digest;
import static io.imagetools.worker.engine.manifest.Manifests.indexJson;
import static io.imagetools.worker.engine.manifest.Manifests.parse;
import static io.imagetools.worker.engine.manifest.Manifests.platform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedManifestTest {

  private static final String CONFIG =
      descriptor("application/vnd.oci.image.config.v1+json", "config", "");

  private static String image(String more) {
    return "{\"schemaVersion\":2,\"config\":"
        + CONFIG
        + ",\"layers\":["
        + descriptor("application/vnd.oci.image.layer.v1.tar+gzip", "layer", "")
        + "]"
        + more
        + "}";
  }

  private static InvalidManifestException refusal(String json, String mediaType) {
    return catchThrowableOfType(
        InvalidManifestException.class, () -> ParsedManifest.parse(bytes(json), mediaType));
  }

  @Test
  void an_image_has_its_blobs_and_whether_it_is_one() {
    ImageManifest image = (ImageManifest) parse(image(""), MediaTypes.OCI_MANIFEST);

    assertThat(image.blobs())
        .extracting(Descriptor::digest)
        .containsExactly(digest("layer"), digest("config"));
    assertThat(image.isImage()).isTrue();
  }

  @Test
  void a_chart_is_no_image() {
    String chart =
        image("").replace("application/vnd.oci.image.config.v1", "application/vnd.cncf.helm.v1");

    assertThat(((ImageManifest) parse(chart, MediaTypes.OCI_MANIFEST)).isImage()).isFalse();
  }

  @Test
  void a_cache_of_buildkit_is_refused_by_its_name() {
    String cache =
        indexJson(
            descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", "layer", ""),
            descriptor("application/vnd.buildkit.cacheconfig.v0", "cache", ""));

    InvalidManifestException refusal = refusal(cache, MediaTypes.OCI_INDEX);

    assertThat(refusal.isUnsupported()).isTrue();
    assertThat(refusal).hasMessageContaining("BuildKit cache").hasMessageContaining("no image");
  }

  @Test
  void an_index_without_a_media_type_is_what_the_registry_says_it_is() {
    String json = indexJson(child("linux/amd64")).replaceFirst("\"mediaType\":\"[^\"]*\",", "");

    assertThat(parse(json, MediaTypes.OCI_INDEX + "; charset=utf-8"))
        .isInstanceOfSatisfying(
            ImageIndex.class,
            index -> {
              assertThat(index.mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
              assertThat(index.platforms()).containsExactly(platform("linux/amd64"));
            });
  }

  @Test
  void what_the_manifest_says_of_itself_decides_over_the_header() {
    assertThat(parse(indexJson(child("linux/amd64")), "text/plain")).isInstanceOf(ImageIndex.class);
  }

  @Test
  void schema_1_is_refused_with_what_to_do() {
    InvalidManifestException byHeader =
        refusal(
            "{\"schemaVersion\":1,\"fsLayers\":[]}",
            "application/vnd.docker.distribution.manifest.v1+prettyjws");
    InvalidManifestException byContent = refusal("{\"schemaVersion\":1}", MediaTypes.OCI_MANIFEST);

    assertThat(byHeader).hasMessageContaining("schema 1").hasMessageContaining("rebuild");
    assertThat(byHeader.isUnsupported()).isTrue();
    assertThat(byContent.isUnsupported()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {",\"manifests\":[]", ",\"manifests\":null"})
  void an_image_that_is_an_index_as_well_is_refused(String more) {
    assertThat(refusal(image(more), MediaTypes.OCI_MANIFEST)).hasMessageContaining("at once");
  }

  @Test
  void an_index_that_is_an_image_as_well_is_refused() {
    String json = indexJson(child("linux/amd64")).replaceFirst("\\{", "{\"layers\":[],");

    assertThat(refusal(json, MediaTypes.OCI_INDEX)).hasMessageContaining("at once");
  }

  /**
   * A registry that says one kind and content that says the other: what a client shows may differ.
   */
  @Test
  void content_that_contradicts_the_registrys_kind_is_refused() {
    assertThat(refusal(indexJson(child("linux/amd64")), MediaTypes.OCI_MANIFEST))
        .hasMessageContaining(MediaTypes.OCI_MANIFEST);
    assertThat(
            refusal(
                image(",\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\""), MediaTypes.OCI_INDEX))
        .hasMessageContaining(MediaTypes.OCI_INDEX);
  }

  @Test
  void a_key_that_stands_twice_is_refused() {
    assertThat(refusal(image(",\"config\":{}"), MediaTypes.OCI_MANIFEST)).isNotNull();
  }

  @Test
  void an_unknown_kind_is_named() {
    InvalidManifestException refusal = refusal("{\"schemaVersion\":2}", "application/x-new");

    assertThat(refusal).hasMessageContaining("application/x-new");
    assertThat(refusal.isUnsupported()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "3",
        "{",
        "<html>502</html>",
        "{} {}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[null]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:00\",\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":3,\"size\":1}]}",
      })
  void what_is_no_index_is_malformed(String json) {
    InvalidManifestException refusal = refusal(json, MediaTypes.OCI_INDEX);

    assertThat(refusal).isNotNull();
    assertThat(refusal.isUnsupported()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"7\"", "99999999999999999999999", "null", "[]"})
  void a_size_that_is_none_is_malformed(String size) {
    String json = indexJson(child("linux/amd64").replace("\"size\":7", "\"size\":" + size));

    assertThat(refusal(json, MediaTypes.OCI_INDEX)).hasMessageContaining("size");
  }

  @Test
  void deep_json_is_refused_without_a_stack_overflow() {
    String deep = "{\"manifests\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    String annotations = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

    assertThat(refusal(deep, MediaTypes.OCI_INDEX)).hasMessageContaining("no JSON");
    assertThat(refusal(annotations, MediaTypes.OCI_INDEX)).hasMessageContaining("no JSON");
  }

  @Test
  void a_refusal_of_something_huge_is_short() {
    String huge =
        indexJson("{\"mediaType\":\"" + "x".repeat(3_000_000) + "\",\"digest\":\"sha256:0\"}");

    assertThat(lengthOf(refusal(huge, MediaTypes.OCI_INDEX))).isLessThan(1000);
    String strange = "y".repeat(3_000_000);
    assertThat(lengthOf(refusal("{\"a\":1}", strange))).isLessThan(1000);
    assertThat(lengthOf(refusal(strange, MediaTypes.OCI_INDEX))).isLessThan(1000);
  }

  private static int lengthOf(InvalidManifestException refusal) {
    return String.valueOf(refusal.getMessage()).length();
  }

  @Test
  void an_index_of_four_mebibytes_is_read() {
    String[] children = new String[15_000];
    for (int i = 0; i < children.length; i++) {
      children[i] = child("child " + i, "linux/amd64");
    }

    assertThat(((ImageIndex) parse(indexJson(children), MediaTypes.OCI_INDEX)).children())
        .hasSize(children.length);
  }

  @Test
  void mutilated_manifests_are_read_or_refused_and_nothing_else() {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    System.out.println("replay with -Dfuzz.seed=" + seed);
    Random random = new Random(seed);
    byte[][] good = {
      bytes(image("")), bytes(indexJson(child("linux/amd64"), child("linux/arm/v7")))
    };
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = mutilated(random, good[i % 2].clone());
      try {
        ParsedManifest parsed =
            ParsedManifest.parse(bad, i % 2 == 0 ? MediaTypes.OCI_MANIFEST : MediaTypes.OCI_INDEX);
        assertThat(touched(parsed)).isNotNull();
      } catch (InvalidManifestException e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ": " + new String(bad, StandardCharsets.UTF_8), e);
      }
    }
  }

  private static byte[] mutilated(Random random, byte[] content) {
    byte[] structural = bytes("{}[],:\"\\0-1en ");
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(content.length);
      content[at] =
          random.nextBoolean()
              ? structural[random.nextInt(structural.length)]
              : (byte) random.nextInt(256);
    }
    return random.nextInt(5) == 0
        ? java.util.Arrays.copyOf(content, random.nextInt(content.length))
        : content;
  }

  /** Everything that the engine asks of a manifest. */
  private static String touched(ParsedManifest manifest) {
    StringBuilder text = new StringBuilder(manifest.mediaType());
    if (manifest instanceof ImageIndex index) {
      text.append(index.platforms()).append(index.saysMore()).append(index);
      text.append(index.with(index.children()).saysTheSameAs(index));
      index
          .children()
          .forEach(
              child ->
                  text.append(child.attested())
                      .append(child.runsNowhere())
                      .append(child.isPlain(true))
                      .append(child.bytes().length)
                      .append(child.hashCode()));
    } else if (manifest instanceof ImageManifest image) {
      text.append(image.blobs()).append(image.isImage());
    }
    return text.toString();
  }

  @Test
  void a_config_states_a_platform_or_none() throws Exception {
    assertThat(
            ImageManifest.platformOf(
                bytes("{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}")))
        .contains(platform("linux/arm/v7"));
    assertThat(ImageManifest.platformOf(bytes("{}"))).isEqualTo(Optional.empty());
    assertThat(
            catchThrowableOfType(
                InvalidManifestException.class, () -> ImageManifest.platformOf(bytes("PK"))))
        .isNotNull();
  }
}

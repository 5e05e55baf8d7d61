package io.imagetools.worker.engine.manifest;

import static io.imagetools.worker.engine.manifest.Manifests.attestation;
import static io.imagetools.worker.engine.manifest.Manifests.child;
import static io.imagetools.worker.engine.manifest.Manifests.descriptor;
import static io.imagetools.worker.engine.manifest.Manifests.digest;
import static io.imagetools.worker.engine.manifest.Manifests.index;
import static io.imagetools.worker.engine.manifest.Manifests.indexJson;
import static io.imagetools.worker.engine.manifest.Manifests.parse;
import static io.imagetools.worker.engine.manifest.Manifests.platform;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.image.PlatformSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WantedIndexTest {

  private static final String AMD = child("linux/amd64");
  private static final String ARM = child("linux/arm64");
  private static final String V6 = child("linux/arm/v6");
  private static final String V7 = child("linux/arm/v7");

  private static WantedIndex choose(
      ImageIndex source, String platforms, @Nullable ImageIndex existing) {
    return WantedIndex.choose(source, PlatformSelector.parse(platforms), Map.of(), existing);
  }

  private static List<Digest> digests(WantedIndex wanted) {
    return wanted.index().children().stream().map(Descriptor::digest).toList();
  }

  @Test
  void the_selected_children_in_the_sources_order() {
    WantedIndex wanted = choose(index(V7, ARM, AMD), "amd64,arm/v7", null);

    assertThat(digests(wanted)).containsExactly(digest("linux/arm/v7"), digest("linux/amd64"));
    assertThat(wanted.whole()).isFalse();
    assertThat(wanted.selected()).isEqualTo(2);
    assertThat(wanted.platforms())
        .containsExactly(platform("linux/arm/v7"), platform("linux/amd64"));
    assertThat(wanted.missing()).isEmpty();
  }

  @Test
  void a_bare_architecture_takes_every_variant_and_system() {
    String windows = child("windows/amd64");

    assertThat(digests(choose(index(V6, V7, AMD, windows, ARM), "amd64,arm", null)))
        .containsExactly(
            digest("linux/arm/v6"),
            digest("linux/arm/v7"),
            digest("linux/amd64"),
            digest("windows/amd64"));
  }

  @Test
  void all_of_them_are_the_very_index_of_the_source() {
    ImageIndex source = index(AMD, ARM, attestation("linux/amd64"));

    assertThat(choose(source, "amd64,arm64", null).index()).isSameAs(source);
    assertThat(choose(source, "amd64,arm64", null).whole()).isTrue();
    assertThat(choose(source, "all", null).index()).isSameAs(source);
  }

  @Test
  void what_is_missing_is_said() {
    WantedIndex wanted = choose(index(AMD), "amd64,s390x", null);

    assertThat(wanted.whole()).isTrue();
    assertThat(wanted.missing()).containsExactly(PlatformPattern.parse("s390x"));
  }

  @Test
  void none_of_them_is_none_selected_even_if_the_destination_has_some() {
    WantedIndex wanted = choose(index(AMD, ARM), "s390x", index(AMD));

    assertThat(wanted.selected()).isZero();
  }

  @Test
  void amd64_today_and_arm64_tomorrow_is_both() {
    assertThat(choose(index(AMD, ARM), "arm64", index(AMD)).whole()).isTrue();
    assertThat(digests(choose(index(AMD, ARM, V7), "arm64", index(AMD))))
        .containsExactly(digest("linux/amd64"), digest("linux/arm64"));
  }

  @Test
  void versions_never_mix() {
    ImageIndex newer = index(child("new amd64", "linux/amd64"), child("new arm64", "linux/arm64"));

    assertThat(digests(choose(newer, "arm64", index(AMD)))).containsExactly(digest("new arm64"));
  }

  @Test
  void a_child_that_two_versions_share_is_kept() {
    ImageIndex newer = index(AMD, child("new arm64", "linux/arm64"), V7);

    assertThat(digests(choose(newer, "arm64", index(AMD, ARM))))
        .containsExactly(digest("linux/amd64"), digest("new arm64"));
  }

  @Test
  void attestations_follow_what_they_describe_and_nobody_else() {
    ImageIndex source = index(AMD, ARM, attestation("linux/amd64"), attestation("linux/arm64"));

    assertThat(digests(choose(source, "arm64", null)))
        .containsExactly(digest("linux/arm64"), digest("attestation of linux/arm64"));
  }

  @Test
  void an_attestation_is_never_an_image() {
    WantedIndex wanted = choose(index(AMD, attestation("linux/amd64")), "unknown/unknown", null);

    assertThat(wanted.selected()).isZero();
    assertThat(wanted.platforms()).doesNotContain(Platform.UNKNOWN);
  }

  @Test
  void the_platform_of_a_child_that_states_none_may_be_known_otherwise() {
    ImageIndex source = index(descriptor("silent", ""), ARM);
    Map<Digest, List<Platform>> resolved =
        Map.of(digest("silent"), List.of(platform("linux/amd64")));

    WantedIndex wanted =
        WantedIndex.choose(source, PlatformSelector.parse("amd64"), resolved, null);

    assertThat(digests(wanted)).containsExactly(digest("silent"));
    assertThat(wanted.platforms()).containsExactly(platform("linux/amd64"));
  }

  @Test
  void an_artifact_in_an_index_goes_with_the_whole_only() {
    ImageIndex source = index(descriptor("artifact", ""), AMD, ARM);

    assertThat(digests(choose(source, "amd64,arm64", null))).doesNotContain(digest("artifact"));
    assertThat(choose(source, "all", null).whole()).isTrue();
  }

  @Test
  void a_part_keeps_all_that_index_and_descriptors_say() {
    String rich =
        child("rich", "linux/amd64")
            .replace("\"size\":7", "\"size\":7,\"annotations\":{\"a\":\"b\"},\"data\":\"e30=\"");
    String json =
        indexJson(rich, ARM).replaceFirst("\\{", "{\"annotations\":{\"x\":\"y\"},\"new\":[1],");
    ImageIndex source = (ImageIndex) parse(json, MediaTypes.OCI_INDEX);

    ImageIndex part = choose(source, "amd64", null).index();

    String expected =
        indexJson(rich).replaceFirst("\\{", "{\"annotations\":{\"x\":\"y\"},\"new\":[1],");
    assertThat(
            new String(part.bytes(), java.nio.charset.StandardCharsets.UTF_8).replaceAll("\\s", ""))
        .isEqualTo(expected);
  }

  @Test
  void an_index_says_the_same_in_another_order_and_another_spacing() {
    ImageIndex one = index(AMD, ARM);
    ImageIndex other =
        (ImageIndex) parse(indexJson(ARM, AMD).replace(",", " ,\n"), MediaTypes.OCI_INDEX);

    assertThat(one.saysTheSameAs(other)).isTrue();
    assertThat(one.saysTheSameAs(index(AMD))).isFalse();
    assertThat(one.saysTheSameAs(index(AMD, AMD))).isFalse();
    assertThat(one.saysTheSameAs(index(AMD, child("other arm64", "linux/arm64")))).isFalse();
  }

  /** The rules, over any source, any selection and any destination. */
  @Test
  void whatever_is_chosen_holds_to_the_rules() {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    System.out.println("replay with -Dfuzz.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      ImageIndex source = random(random);
      ImageIndex existing = random.nextInt(3) == 0 ? null : random(random);
      PlatformSelector selector =
          PlatformSelector.parse(
              List.of("amd64", "arm64,arm", "amd64,s390x", "arm/v7", "all").get(random.nextInt(5)));

      WantedIndex wanted = WantedIndex.choose(source, selector, Map.of(), existing);

      String seen = "seed " + seed + ": " + source + " " + selector + " " + existing;
      List<Digest> chosen = digests(wanted);
      assertThat(source.children()).as(seen).containsAll(wanted.index().children());
      assertThat(wanted.whole()).as(seen).isEqualTo(chosen.size() == source.children().size());
      for (Descriptor child : source.children()) {
        assertThat(chosen.contains(child.digest()))
            .as("%s of %s", child, seen)
            .isEqualTo(wanted.whole() || isDue(child, selector, existing, chosen));
      }
    }
  }

  private static boolean isDue(
      Descriptor child,
      PlatformSelector selector,
      @Nullable ImageIndex existing,
      List<Digest> chosen) {
    return child
        .attested()
        .map(chosen::contains)
        .orElseGet(
            () ->
                selector.isAll()
                    || selector.matches(child.platform().orElseThrow())
                    || existing != null && existing.lists(child.digest()));
  }

  private static ImageIndex random(Random random) {
    List<String> children = new ArrayList<>();
    for (String platform : List.of("linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7")) {
      if (random.nextInt(3) > 0) {
        String name = platform + " of version " + random.nextInt(2);
        children.add(child(name, platform));
        if (random.nextBoolean()) {
          children.add(random.nextInt(children.size() + 1), attestation(name));
        }
      }
    }
    return index(children.toArray(String[]::new));
  }
}

package io.imagetools.common.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "nginx, docker.io/library/nginx:latest",
    "nginx:1.27, docker.io/library/nginx:1.27",
    "user/nginx, docker.io/user/nginx:latest",
    "docker.io/nginx, docker.io/library/nginx:latest",
    "index.docker.io/nginx, docker.io/library/nginx:latest",
    "index.docker.io/user/nginx:1, docker.io/user/nginx:1",
    "registry-1.docker.io/nginx, registry-1.docker.io/nginx:latest",
    "localhost/x, localhost/x:latest",
    "localhost:5000/x:1, localhost:5000/x:1",
    "reg:5000/a/b:c, reg:5000/a/b:c",
    "quay.io/a/b, quay.io/a/b:latest",
    "[::1]:5000/a, [::1]:5000/a:latest"
  })
  void references_are_completed_as_every_docker_tool_completes_them(String text, String full) {
    assertThat(ImageReference.parse(text)).hasToString(full);
  }

  @Test
  void the_old_name_of_docker_hub_is_docker_hub() {
    assertThat(ImageReference.parse("index.docker.io/nginx"))
        .isEqualTo(ImageReference.parse("nginx"));
    assertThat(new Registry("index.docker.io")).isEqualTo(Registry.DOCKER_HUB);
  }

  @Test
  void a_digest_needs_no_tag_and_decides_over_one() {
    String digest = "sha256:" + "0f".repeat(32);

    assertThat(ImageReference.parse("a.io/b@" + digest).tag()).isNull();
    assertThat(ImageReference.parse("a.io/b:1@" + digest).manifestReference()).isEqualTo(digest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "@",
        "a:",
        "a@",
        "a:b:c",
        "A/b",
        "a//b",
        "/a",
        "a/",
        "-a",
        "a b",
        "--all",
        "a..b",
        "a.io/b@sha256:abc",
        "a.io/b@md5:00000000000000000000000000000000",
        "a.io/b:$(id)",
        "a.io/b:-x",
        "http://a.io/b",
        "a.io/b\n",
        "é"
      })
  void what_the_grammar_does_not_allow_is_refused(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(InvalidReferenceException.class);
  }

  @Test
  void messages_about_foreign_text_are_short_and_of_one_line() {
    String hostile = "x".repeat(100_000) + "\n\u001b[2J!";

    assertThatThrownBy(() -> ImageReference.parse(hostile))
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("\n", "\u001b");
  }

  @Test
  void parse_and_to_string_are_inverses() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ImageReferenceTest seed " + seed + " (repeat with -Dseed=" + seed + ")");
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      ImageReference reference = reference(random);

      assertThat(ImageReference.parse(reference.toString())).isEqualTo(reference);
    }
  }

  private static ImageReference reference(Random random) {
    String host =
        switch (random.nextInt(10)) {
          case 0 -> "docker.io";
          case 1 -> "index.docker.io";
          default -> word(random) + "." + word(random);
        };
    boolean bare = host.endsWith("docker.io") || random.nextBoolean();
    String port = bare ? "" : ":" + (1 + random.nextInt(65_535));
    StringBuilder path = new StringBuilder(word(random));
    for (int i = random.nextInt(4); i > 0; i--) {
      String[] between = {"/", ".", "_", "__", "-", "--"};
      path.append(between[random.nextInt(between.length)]).append(word(random));
    }
    Registry registry = new Registry(host + port);
    Tag tag = new Tag(word(random) + "-" + word(random).toUpperCase(java.util.Locale.ROOT));
    Digest digest = Digest.sha256(path.toString());
    Repository repository = new Repository(registry, path.toString());
    return switch (random.nextInt(3)) {
      case 0 -> repository.tagged(tag);
      case 1 -> repository.pinned(digest);
      default -> new ImageReference(repository, tag, digest);
    };
  }

  private static String word(Random random) {
    String letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    StringBuilder word = new StringBuilder();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }
}

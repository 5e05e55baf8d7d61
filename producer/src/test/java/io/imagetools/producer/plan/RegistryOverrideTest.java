package io.imagetools.producer.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.imagelist.WrittenImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryOverrideTest {

  @ParameterizedTest
  @CsvSource({
    "h.io,nginx,h.io/nginx",
    "h.io,user/nginx,h.io/user/nginx",
    "h.io,r.io/a/b,h.io/a/b",
    "h.io,localhost/x,h.io/x",
    "h.io,r:5000/x,h.io/x",
    "h.io,docker.io/nginx,h.io/nginx",
    "h.io,docker.io/library/nginx,h.io/library/nginx",
    "h.io/mirror,nginx,h.io/mirror/nginx",
    "h.io/a/b,r.io/c/d,h.io/a/b/c/d",
    "h.io/mirror/,nginx,h.io/mirror/nginx",
    "h.io/mirror,h.io/other/x,h.io/mirror/other/x",
    "h.io/mirror,h.io/mirror,h.io/mirror/mirror",
    "h.io/mirror,h.io/mirrored/x,h.io/mirror/mirrored/x",
    "h.io/mirror,mirror/x,h.io/mirror/mirror/x",
    "localhost:5000,nginx,localhost:5000/nginx",
    "[::1]:5000/p,nginx,[::1]:5000/p/nginx",
    "docker.io,r.io/nginx,docker.io/library/nginx",
    "docker.io/me,nginx,docker.io/me/nginx",
    "h.io,index.docker.io/nginx,h.io/nginx",
    "h.io,index.docker.io/library/nginx,h.io/library/nginx",
    "index.docker.io,r.io/nginx,docker.io/library/nginx",
    "index.docker.io/me,nginx,docker.io/me/nginx",
  })
  void replaces_the_registry_and_keeps_the_path_as_written(
      String override, String image, String expected) {
    assertThat(apply(override, image)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "h.io,nginx",
    "h.io/mirror,nginx",
    "h.io/mirror,mirror/mirror/x",
    "h.io/mirror,h.io/mirror",
    "h.io/a/b,h.io/a/x",
    "docker.io,nginx",
    "docker.io/library,nginx",
    "docker.io/me,me/nginx",
  })
  void applied_to_its_own_result_it_changes_nothing(String override, String image) {
    String once = apply(override, image);

    assertThat(apply(override, once)).isEqualTo(once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://h.io", "", "/", "h.io//x", "h.io/Upper", "h.io/x:1", "-h.io", "a b.io"})
  void refuses_what_is_no_registry(String text) {
    assertThatThrownBy(() -> RegistryOverride.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A registry is HOST[:PORT][/PREFIX]");
  }

  @Test
  void a_password_in_it_is_not_repeated_in_the_message() {
    assertThatThrownBy(() -> RegistryOverride.parse("me:s3cret@h.io"))
        .hasMessageContaining("DOCKER_PASSWORD")
        .message()
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"harbor", "harbor/mirror"})
  void refuses_a_bare_word_which_would_be_read_as_a_path_on_docker_hub(String text) {
    assertThatThrownBy(() -> RegistryOverride.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'harbor:443'")
        .hasMessageContaining("docker.io/harbor");
  }

  @Test
  void is_shown_as_it_is_read() {
    assertThat(RegistryOverride.parse(" h.io:5000/a/b/ ")).hasToString("h.io:5000/a/b");
    assertThat(RegistryOverride.parse("h.io")).hasToString("h.io");
  }

  private static String apply(String override, String image) {
    return RegistryOverride.parse(override).applyTo(WrittenImage.parse(image)).toString();
  }
}

package io.imagetools.common.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformSelectorTest {

  private static Platform platform(String text) {
    String[] words = text.split("/", -1);
    return Platform.of(words[0], words[1], words.length > 2 ? words[2] : "");
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, linux/amd64, true",
    "amd64, windows/amd64, true",
    "amd64, linux/arm64, false",
    "linux/amd64, windows/amd64, false",
    "arm, linux/arm/v6, true",
    "arm/v7, linux/arm/v6, false",
    "arm/v7, linux/arm, true",
    "arm64/v8, linux/arm64, true",
    "linux/arm/v7, linux/arm/v7, true",
    "x86_64, linux/amd64, true",
    "aarch64, linux/arm64/v8, true",
    "all, unknown/unknown, true"
  })
  void a_bare_architecture_fits_any_system_and_variant(String items, String text, boolean fits) {
    assertThat(PlatformSelector.parse(items).matches(platform(text))).isEqualTo(fits);
  }

  @Test
  void blanks_around_commas_do_not_matter_and_nothing_counts_twice() {
    assertThat(PlatformSelector.parse(" amd64 ,  arm64,amd64"))
        .isEqualTo(PlatformSelector.parse("amd64,arm64"))
        .hasToString("amd64,arm64");
  }

  @Test
  void it_says_what_was_asked_for_and_is_not_there() {
    assertThat(
            PlatformSelector.parse("amd64,s390x")
                .missingFrom(List.of(platform("linux/amd64"), platform("linux/arm64"))))
        .containsExactly(PlatformPattern.parse("s390x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "amd64,", "linux", "linux/", "/amd64", "a/b/c/d", "amd64;rm", "-x"})
  void what_is_no_platform_is_refused_with_the_four_forms(String items) {
    assertThatThrownBy(() -> PlatformSelector.parse(items))
        .isInstanceOf(InvalidReferenceException.class)
        .hasMessageContaining("ARCH, ARCH/VARIANT, OS/ARCH or OS/ARCH/VARIANT");
  }
}

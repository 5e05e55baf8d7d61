package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

  @ParameterizedTest
  @CsvSource({
    "skopeo version 1.9.3, 1.9.3",
    "skopeo version 1.18.0 commit: 3f1a2b, 1.18.0",
    "skopeo version 1.21.0-dev, 1.21.0",
    "github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-1, 0.13.1",
    "github.com/docker/buildx v0.12.0-desktop.2 abcdef0, 0.12.0",
    "'github.com/docker/buildx v0.30 abc', 0.30.0",
  })
  void is_found_in_what_a_program_says_of_itself(String text, String version) {
    assertThat(Version.find(text)).map(Version::toString).contains(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "skopeo", "version seven", "99999999.1", "1"})
  void is_not_made_up(String text) {
    assertThat(Version.find(text)).isEmpty();
  }

  @Test
  void ten_comes_after_nine() {
    Version nine = new Version(1, 9, 10);
    Version ten = new Version(1, 10, 0);
    Version two = new Version(2, 0, 0);

    assertThat(List.of(two, ten, nine).stream().sorted()).containsExactly(nine, ten, two);
  }
}

package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.program.Version;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildxCommandTest {

  @ParameterizedTest
  @CsvSource({"0, 12, 0, true", "0, 29, 9, true", "0, 30, 0, false", "1, 0, 0, false"})
  void from_0_30_on_it_is_not_exact(int major, int minor, int patch, boolean exact) {
    assertThat(BuildxCommand.isExact(new Version(major, minor, patch))).isEqualTo(exact);
  }

  private static ImageIndex index(String... children) throws Exception {
    StringBuilder entries = new StringBuilder();
    for (String child : children) {
      entries
          .append(entries.isEmpty() ? "" : ",")
          .append("{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"")
          .append(Digest.sha256(child))
          .append("\",\"size\":1,\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}");
    }
    String type = "application/vnd.oci.image.index.v1+json";
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(type, entries);
    return (ImageIndex) ParsedManifest.parse(json.getBytes(StandardCharsets.UTF_8), type);
  }

  @Test
  void what_is_listed_twice_it_can_not_express() throws Exception {
    assertThat(BuildxCommand.canExpress(index("one", "other"))).isTrue();
    assertThat(BuildxCommand.canExpress(index("one", "other", "one"))).isFalse();
  }
}

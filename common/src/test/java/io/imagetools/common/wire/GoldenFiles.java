package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.process.ProgramVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records as other programs know them. {@code -Dgolden.write=FOLDER} writes what the code says now;
 * a difference must be one that an old reader survives.
 */
final class GoldenFiles {

  /** How the files are signed, whatever the version is now. */
  private static final String SIGNED = "\"toolVersion\":\"0.1.0\"";

  private GoldenFiles() {}

  private static String signed() {
    return "\"toolVersion\":\"" + ProgramVersion.current() + "\"";
  }

  static byte[] read(String name) throws IOException {
    try (InputStream in = GoldenFiles.class.getResourceAsStream(name + ".json")) {
      assertThat(in).as("golden file %s.json", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .strip()
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  static void check(String name, byte[] actual) throws IOException {
    String folder = System.getProperty("golden.write");
    String text = new String(actual, StandardCharsets.UTF_8).replace(signed(), SIGNED);
    if (folder != null) {
      Files.writeString(Path.of(folder, name + ".json"), text.strip() + "\n");
      return;
    }
    assertThat(text.strip()).isEqualTo(new String(read(name), StandardCharsets.UTF_8));
  }
}

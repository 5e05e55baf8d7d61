package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.imagetools.common.image.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyLogTest {

  private static final Digest BLOB = Digest.sha256("blob");
  private static final String DEBUG = "time=\"2024-05-06T07:08:09Z\" level=debug msg=\"";

  private final List<String> images = new ArrayList<>();
  private final CopyLog log = new CopyLog((number, digest) -> images.add(number + " " + digest));

  @Test
  void a_blob_that_was_uploaded_was_sent() {
    log.keep(DEBUG + "Upload of layer " + BLOB + " complete\"");

    assertThat(log.sent(BLOB)).isTrue();
    assertThat(log.mounted(BLOB)).isFalse();
  }

  @Test
  void a_blob_that_was_there_after_a_mount_was_mounted() {
    String mount = "/v2/a/blobs/uploads/?from=b&mount=" + BLOB.toString().replace(":", "%3A");
    log.keep(DEBUG + "Trying to mount " + mount + "\"");
    log.keep(DEBUG + "Skipping blob " + BLOB + " (already present):\"");

    assertThat(log.mounted(BLOB)).isTrue();
    assertThat(log.sent(BLOB)).isFalse();
  }

  @Test
  void a_mount_that_failed_is_an_upload() {
    log.keep(DEBUG + "Trying to mount /v2/a/blobs/uploads/?from=b&mount=" + BLOB + "\"");
    log.keep(DEBUG + "Upload of layer " + BLOB + " complete\"");

    assertThat(log.sent(BLOB)).isTrue();
    assertThat(log.mounted(BLOB)).isFalse();
  }

  @Test
  void says_which_image_skopeo_is_at() {
    assertThat(log.keep("Copying image " + BLOB + " (2/4)")).isTrue();

    assertThat(images).containsExactly("2 " + BLOB);
  }

  @Test
  void debug_lines_are_dropped_and_the_rest_is_kept() {
    assertThat(log.keep(DEBUG + "anything\"")).isFalse();
    assertThat(log.keep("Getting image source signatures")).isTrue();
    assertThat(log.keep("time=\"2024-05-06T07:08:09Z\" level=fatal msg=\"reading\"")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Copying image sha256:0000 (1/2)",
        "Copying image sha256:1 (99999999999999999999/2)",
        "time=\"x\" level=debug msg=\"Upload of layer sha256:zz complete\"",
        "time=\"x\" level=debug msg=\"Trying to mount &mount=\"",
      })
  void a_line_of_another_form_is_no_trouble(String line) {
    assertThatCode(() -> log.keep(line)).doesNotThrowAnyException();
    assertThatCode(() -> log.keep(longDigest(line))).doesNotThrowAnyException();
  }

  private static String longDigest(String line) {
    return line.replaceFirst("sha256:[0-9a-z]+", "sha256:" + "a".repeat(100));
  }
}

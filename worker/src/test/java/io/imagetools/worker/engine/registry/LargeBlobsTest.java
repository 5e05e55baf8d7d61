package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Memory does not grow with what is copied: 20 large layers at once through a process with a heap
 * that is smaller than any of them. {@code -Dlarge.images=1 -Dlarge.mib=5120} takes one of 5 GiB.
 */
@Timeout(1800)
class LargeBlobsTest {

  private static final int HEAP_MIB = 64;

  @Test
  void a_heap_smaller_than_one_layer_serves_twenty_slots() throws Exception {
    int images = Integer.getInteger("large.images", 20);
    try (BottomlessRegistry registry =
        new BottomlessRegistry(images, Integer.getInteger("large.mib", 100))) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx" + HEAP_MIB + "m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LargeBlobsMain.class.getName(),
                  registry.host(),
                  Integer.toString(images))
              .redirectErrorStream(true)
              .start();
      try {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("peak heap").doesNotContain("OutOfMemoryError");
        System.out.println(
            images
                + " layers of "
                + registry.size()
                + " bytes: "
                + output.strip().replaceFirst("(?s).*\n", ""));
      } finally {
        process.destroyForcibly();
      }
      assertThat(registry.received()).isGreaterThanOrEqualTo(images * registry.size());
      assertThat(IntStream.range(0, images)).allMatch(registry::has);
    }
  }
}

package io.imagetools.collector.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final List<String> TABLE =
      List.of(
          "22 1 0:21 / / rw,relatime shared:1 - overlay overlay rw",
          "31 22 8:1 /home/me/failed.txt /out/failed.txt rw,relatime - ext4 /dev/sda1 rw",
          "32 22 8:1 /x /out/my\\040list.txt rw - ext4 /dev/sda1 rw",
          "");

  @Test
  void finds_a_file_that_is_mounted_by_itself() {
    assertThat(MountTable.has(TABLE, Path.of("/out/failed.txt"))).isTrue();
    assertThat(MountTable.has(TABLE, Path.of("/out/my list.txt"))).isTrue();
  }

  @Test
  void files_in_a_mounted_directory_are_not_meant() {
    assertThat(MountTable.has(TABLE, Path.of("/out/other.txt"))).isFalse();
    assertThat(MountTable.has(TABLE, Path.of("/home/me/failed.txt"))).isFalse();
  }
}

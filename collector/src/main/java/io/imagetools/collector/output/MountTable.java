package io.imagetools.collector.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is mounted where, on Linux. A single file that was mounted into a container can be written
 * but not replaced, and that would come out only when the run is over.
 */
final class MountTable {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /** Of a line of the table, see proc_pid_mountinfo(5): ID, parent, device, root, mount point. */
  private static final int MOUNT_POINT = 4;

  private MountTable() {}

  /** Whether something is mounted at this very path; false where there is no such table. */
  static boolean hasMounted(Path file) {
    try {
      // The lines hold paths in whatever encoding; this one reads any bytes.
      List<String> table = Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1);
      return Files.exists(file) && has(table, file.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  static boolean has(List<String> table, Path file) {
    // Blanks in a path stand there in octal.
    String shown = file.toString().replace(" ", "\\040");
    return table.stream()
        .map(line -> line.split(" ", MOUNT_POINT + 2))
        .anyMatch(fields -> fields.length > MOUNT_POINT && fields[MOUNT_POINT].equals(shown));
  }
}

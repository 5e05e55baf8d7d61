package io.imagetools.collector.output;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The failed list on disk. It is there exactly if there is something in it, and always whole: each
 * write replaces it atomically. Not thread-safe.
 */
public final class FailedListFile {
  private final ReplacedFile file;

  /** Names the file; nothing is touched yet. */
  public FailedListFile(Path path) {
    this(new ReplacedFile(path, "The failed list"));
  }

  FailedListFile(ReplacedFile file) {
    this.file = file;
  }

  /** As the user named it. */
  public Path path() {
    return file.name();
  }

  /**
   * Asks before anything starts whether the list could be written. Leaves an old one as it is.
   *
   * @throws OutputException if it could not
   */
  public void check() throws OutputException {
    file.check();
  }

  /**
   * Replaces the list; an empty one is removed. Line breaks inside a line become blanks, so that a
   * line stays one.
   *
   * @throws OutputException if that fails; then the old list is still there
   */
  public void write(List<String> lines) throws OutputException {
    if (lines.isEmpty()) {
      file.remove();
      return;
    }
    file.replace(out -> write(lines, out));
  }

  private static void write(List<String> lines, OutputStream out) throws java.io.IOException {
    for (String line : lines) {
      String one = line.replace('\r', ' ').replace('\n', ' ');
      out.write(one.getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    }
  }
}

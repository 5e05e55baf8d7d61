package io.imagetools.collector.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failed list on disk. It is there exactly if there is something in it, and always whole: each
 * write replaces it atomically. Not thread-safe.
 */
public final class FailedListFile implements FailedList {
  /** Stands in no reference, as for bytes that are not UTF-8. */
  private static final char NO_CHARACTER = '\uFFFD';

  private final ReplacedFile file;

  /** What was there before the first {@link #add}; null: all of it is known. */
  private @Nullable List<String> before;

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
   * Keeps other processes from writing it, until that is closed or this process ends, however it
   * does. Best effort: where the file system knows no locks, it is nobody's.
   *
   * @throws OutputException if another process writes it
   */
  public OutputClaim claim() throws OutputException {
    return file.claim();
  }

  /**
   * Replaces the list; an empty one is removed. Line breaks inside a line become {@code U+FFFD}, so
   * that a line stays one, and one that can't be used stays that: a blank would make {@code SOURCE
   * DEST} of two names.
   *
   * @throws OutputException if that fails; then the old list is still there
   */
  @Override
  public void write(List<String> lines) throws OutputException {
    before = null;
    replace(lines);
  }

  @Override
  public void add(List<String> lines) throws OutputException {
    List<String> old = before;
    if (old == null) {
      old = file.lines();
      before = old;
    }
    Set<String> all = new LinkedHashSet<>(old);
    lines.forEach(line -> all.add(oneLine(line)));
    if (!all.isEmpty()) {
      replace(all);
    }
  }

  private void replace(Collection<String> lines) throws OutputException {
    if (lines.isEmpty()) {
      file.remove();
      return;
    }
    file.replace(out -> write(lines, out));
  }

  private static void write(Collection<String> lines, OutputStream out) throws IOException {
    for (String line : lines) {
      out.write(oneLine(line).getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    }
  }

  private static String oneLine(String line) {
    return line.replace('\r', NO_CHARACTER).replace('\n', NO_CHARACTER);
  }
}

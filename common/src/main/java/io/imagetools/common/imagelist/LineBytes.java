package io.imagetools.common.imagelist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream at its line feeds. Of a line it keeps at most a given number of bytes and skips the
 * rest, so that a gigabyte without a line feed takes no more memory than that. Not thread-safe.
 */
final class LineBytes {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int next;
  private int end;

  LineBytes(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Moves to the next line.
   *
   * @return false at the end of the stream; a last line without a line feed counts as one
   * @throws IOException if the stream can't be read
   */
  boolean advance() throws IOException {
    line.reset();
    boolean any = false;
    while (next < end || fill()) {
      any = true;
      int feed = indexOfFeed();
      keep(feed - next);
      next = feed + 1;
      if (feed < end) {
        return true;
      }
    }
    return any;
  }

  /** The current line without its line feed. */
  byte[] current() {
    return line.toByteArray();
  }

  private boolean fill() throws IOException {
    next = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }

  private int indexOfFeed() {
    int i = next;
    while (i < end && buffer[i] != '\n') {
      i++;
    }
    return i;
  }

  private void keep(int length) {
    line.write(buffer, next, Math.min(length, limit - line.size()));
  }
}

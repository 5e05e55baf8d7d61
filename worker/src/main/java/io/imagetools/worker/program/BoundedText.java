package io.imagetools.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of an output: its first and its last lines. The first say what began, the last what
 * went wrong; a program that never stops talking costs no memory. Thread-safe.
 */
final class BoundedText {

  /** Lines kept from the beginning. */
  static final int HEAD_LINES = 100;

  /** Lines kept from the end. */
  static final int TAIL_LINES = 300;

  /** Characters kept of a line (bytes, as long as it is ASCII). */
  static final int MAX_LINE = 16_384;

  private static final int BUFFER_BYTES = 8192;

  private final List<String> head = new ArrayList<>();
  private final ArrayDeque<String> tail = new ArrayDeque<>();
  private long omitted;

  /** Reads to the end; hands each line to the filter. */
  void readAll(InputStream in, LineFilter filter, Runnable onBytes) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      onBytes.run();
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n' || buffer[i] == '\r') {
          end(line, length, filter);
          length = 0;
        } else if (length < MAX_LINE) {
          line[length++] = buffer[i];
        }
      }
    }
    end(line, length, filter);
  }

  private void end(byte[] line, int length, LineFilter filter) {
    if (length > 0) {
      String text = new String(line, 0, length, StandardCharsets.UTF_8);
      if (filter.keep(text)) {
        add(text);
      }
    }
  }

  synchronized void add(String line) {
    if (head.size() < HEAD_LINES) {
      head.add(line);
      return;
    }
    tail.add(line);
    if (tail.size() > TAIL_LINES) {
      tail.remove();
      omitted++;
    }
  }

  /** The lines, and where some are missing, how many. */
  @Override
  public synchronized String toString() {
    List<String> lines = new ArrayList<>(head);
    if (omitted > 0) {
      lines.add("… " + omitted + " lines left out …");
    }
    lines.addAll(tail);
    return String.join("\n", lines);
  }
}

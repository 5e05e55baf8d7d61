package io.imagetools.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A body on its way, in the framing that its head states (RFC 9112, 6). */
final class HttpBody {

  private static final int BUFFER = 32 << 10;

  /** Sees the bytes of a body before they are passed on, and may change them. */
  @FunctionalInterface
  interface Watcher {

    /**
     * A piece of the body.
     *
     * @param at position of its first byte
     * @return how many of them are passed on; fewer than all: the body ends there
     */
    int piece(byte[] bytes, long at, int length);
  }

  private final InputStream in;
  private final OutputStream out;
  private final Watcher watcher;
  private final byte[] buffer = new byte[BUFFER];
  private long at;
  private boolean cut;

  HttpBody(InputStream in, OutputStream out, Watcher watcher) {
    this.in = in;
    this.out = out;
    this.watcher = watcher;
  }

  /**
   * Passes it on.
   *
   * @param toTheEnd whether a body without any framing goes on until the connection ends
   * @return false if the watcher ended it
   */
  boolean pass(HttpHead head, boolean toTheEnd) throws IOException {
    if (head.header("Transfer-Encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
      chunks();
    } else if (!head.header("Content-Length").isEmpty()) {
      bytes(Long.parseLong(head.header("Content-Length")), false);
    } else if (toTheEnd) {
      bytes(Long.MAX_VALUE, false);
    }
    out.flush();
    return !cut;
  }

  private void bytes(long length, boolean chunk) throws IOException {
    long left = length;
    while (left > 0 && !cut) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        if (length == Long.MAX_VALUE) {
          return;
        }
        throw new EOFException("the body lacks " + left + " bytes");
      }
      int passed = watcher.piece(buffer, at, read);
      cut = passed < read;
      at += read;
      left -= read;
      if (chunk && passed > 0) {
        line(Integer.toHexString(passed));
      }
      out.write(buffer, 0, passed);
      if (chunk && passed > 0) {
        line("");
      }
    }
  }

  private void chunks() throws IOException {
    while (!cut) {
      long size = Long.parseLong(readLine().split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!readLine().isEmpty()) {
          // Trailers are not passed on.
        }
        line("0");
        line("");
        return;
      }
      bytes(size, true);
      if (!cut) {
        readLine();
      }
      out.flush();
    }
  }

  private void line(String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int value = in.read(); value != '\n'; value = in.read()) {
      if (value < 0) {
        throw new EOFException("the body ends in the middle of a chunk");
      }
      line.append((char) value);
    }
    return line.toString().stripTrailing();
  }
}

package io.imagetools.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * First line and headers of a request or an answer (RFC 9112), in the order in which they came. Not
 * safe for use by several threads.
 */
final class HttpHead {

  private static final int MAX_BYTES = 256 << 10;

  private final String firstLine;
  private final List<String[]> headers = new ArrayList<>();

  HttpHead(String firstLine) {
    this.firstLine = firstLine;
  }

  /** Reads one; empty if the connection ended before its first byte. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    String text = upToBlankLine(in);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = text.lines().toList();
    HttpHead head = new HttpHead(lines.get(0));
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        head.headers.add(
            new String[] {line.substring(0, colon), line.substring(colon + 1).strip()});
      }
    }
    return Optional.of(head);
  }

  private static String upToBlankLine(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int newLines = 0;
    while (newLines < 2) {
      int value = in.read();
      if (value < 0 && bytes.size() == 0) {
        return "";
      }
      if (value < 0 || bytes.size() > MAX_BYTES) {
        throw new IOException("no whole head: " + bytes.toString(StandardCharsets.ISO_8859_1));
      }
      bytes.write(value);
      newLines = value == '\n' ? newLines + 1 : value == '\r' ? newLines : 0;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** {@code GET /v2/ HTTP/1.1}: the part with this index. */
  String word(int index) {
    String[] words = firstLine.split(" ", 3);
    return index < words.length ? words[index] : "";
  }

  /** Status of an answer. */
  int status() {
    return Integer.parseInt(word(1));
  }

  /** The first value of a header; empty if it is not there. */
  String header(String name) {
    return headers.stream()
        .filter(header -> header[0].equalsIgnoreCase(name))
        .map(header -> header[1])
        .findFirst()
        .orElse("");
  }

  /** Replaces a header; an empty value takes it away. */
  void set(String name, String value) {
    headers.removeIf(header -> header[0].equalsIgnoreCase(name));
    if (!value.isEmpty()) {
      headers.add(new String[] {name, value});
    }
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(firstLine).append("\r\n");
    headers.forEach(header -> text.append(header[0]).append(": ").append(header[1]).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}

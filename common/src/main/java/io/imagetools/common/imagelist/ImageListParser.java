package io.imagetools.common.imagelist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an image list: UTF-8, LF or CRLF. Nothing in a list ends the reading; a line that can't be
 * used is {@link ListLine.Malformed}. Stateless.
 */
public final class ImageListParser {

  /** The longest line that is read as one, in bytes of UTF-8 without its line end. */
  public static final int MAX_LINE_BYTES = 64 * 1024;

  /**
   * How much of a longer line is kept, in bytes as a JSON string: a record with it must stay below
   * the megabyte that a broker takes by default.
   */
  public static final int MAX_KEPT_BYTES = 900 * 1024;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private ImageListParser() {}

  /**
   * Reads all lines up to the end of the stream, which it does not close.
   *
   * @throws IOException if the stream can't be read
   */
  public static List<ListLine> read(InputStream in) throws IOException {
    LineBytes bytes = new LineBytes(in, MAX_KEPT_BYTES + 1);
    List<ListLine> lines = new ArrayList<>();
    while (bytes.advance()) {
      lines.add(line(lines.size() + 1, bytes.current()));
    }
    return lines;
  }

  /**
   * Reads one line, as it is typed at a prompt.
   *
   * @param number counted from 1
   * @param text with or without its line end
   */
  public static ListLine parse(int number, String text) {
    String line = withoutEnds(text);
    int length = line.getBytes(StandardCharsets.UTF_8).length;
    return length > MAX_LINE_BYTES ? tooLong(number, line) : LineSyntax.parse(number, line);
  }

  private static ListLine line(int number, byte[] bytes) {
    String text = withoutEnds(new String(bytes, StandardCharsets.UTF_8));
    if (bytes.length > MAX_LINE_BYTES && lengthWithoutEnd(bytes) > MAX_LINE_BYTES) {
      return tooLong(number, text);
    }
    ListLine line = LineSyntax.parse(number, text);
    // A comment in another encoding is a comment still: nobody's image depends on it.
    if (line instanceof ListLine.Comment || isUtf8(bytes)) {
      return line;
    }
    return new ListLine.Malformed(
        number, text, "The line is not UTF-8: save the list in that encoding.");
  }

  private static int lengthWithoutEnd(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    return length;
  }

  /**
   * Without carriage returns at the end and byte order marks at the beginning. Marks are taken off
   * every line, since files joined by {@code cat} have them anywhere.
   */
  private static String withoutEnds(String text) {
    int from = 0;
    while (text.startsWith(BYTE_ORDER_MARK, from)) {
      from++;
    }
    int to = text.length();
    while (to > from && (text.charAt(to - 1) == '\r' || text.charAt(to - 1) == '\n')) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static ListLine tooLong(int number, String text) {
    String kept = KeptText.of(text, MAX_KEPT_BYTES);
    String reason = "The line is longer than " + MAX_LINE_BYTES + " bytes";
    return new ListLine.Malformed(
        number,
        kept,
        kept.length() == text.length()
            ? reason + "."
            : reason + "; only its beginning is kept (" + kept.length() + " characters).");
  }
}

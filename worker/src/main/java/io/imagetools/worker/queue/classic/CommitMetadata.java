package io.imagetools.worker.queue.classic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableMap;

/**
 * What the text of a commit says about the offsets from the committed one on: {@code 1.} and, in
 * base64url, numbers of variable length: for each job that was begun and is not finished its
 * distance from the one before, plus one, and how often it was begun; a zero; for each run of
 * finished offsets the gap before it and its length.
 *
 * <p>A broker takes 4096 characters by default ({@code offset.metadata.max.bytes}). What does not
 * fit is left out from the end. That is safe: a finished job that nobody remembers is handed out
 * again and found done, and a count that nobody remembers begins anew.
 */
final class CommitMetadata {
  private static final String VERSION = "1.";
  private static final int MOST_STARTS = 1_000_000;

  private CommitMetadata() {}

  /** At most so many characters; empty if there is nothing to say. */
  static String encode(
      long base, NavigableMap<Long, Integer> starts, OffsetRanges finished, int limit) {
    Budget budget = new Budget((limit - VERSION.length()) / 4 * 3);
    long[] behind = {base - 1};
    for (Map.Entry<Long, Integer> start : starts.entrySet()) {
      if (!budget.put(start.getKey() - behind[0], start.getValue(), 1)) {
        break;
      }
      behind[0] = start.getKey();
    }
    boolean counted = budget.size() > 0;
    if (!budget.end()) {
      return "";
    }
    behind[0] = base;
    finished.visit(
        (first, end) -> {
          boolean fits = budget.put(first - behind[0], end - first, 0);
          behind[0] = end;
          return fits;
        });
    return counted || budget.size() > 1 ? VERSION + budget.text() : "";
  }

  /**
   * Takes over what such a text says. A text of another kind, or one that is damaged, says nothing,
   * or less: then jobs are handed out again.
   */
  static void decode(
      long base, String text, NavigableMap<Long, Integer> starts, OffsetRanges finished) {
    if (!text.startsWith(VERSION)) {
      return;
    }
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(VERSION.length())));
    } catch (IllegalArgumentException e) {
      return;
    }
    long offset = base - 1;
    for (long step = number(bytes); step != 0; step = number(bytes)) {
      offset += step;
      long count = number(bytes);
      if (step < 0 || count < 1 || count > MOST_STARTS || offset < base) {
        return;
      }
      starts.put(offset, (int) count);
    }
    long end = base;
    while (bytes.hasRemaining()) {
      long gap = number(bytes);
      long length = number(bytes);
      if (gap < 0 || length < 1 || end + gap + length < end) {
        return;
      }
      finished.add(end + gap, end + gap + length);
      end += gap + length;
    }
  }

  /** The next number; -1 if there is none. */
  private static long number(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 63 && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  /** Bytes up to a bound. */
  private static final class Budget {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int most;

    Budget(int most) {
      this.most = most;
    }

    int size() {
      return bytes.size();
    }

    /** Both or none; leaves room for so many bytes more. */
    boolean put(long one, long other, int reserve) {
      if (bytes.size() + length(one) + length(other) + reserve > most) {
        return false;
      }
      write(one);
      write(other);
      return true;
    }

    boolean end() {
      if (bytes.size() >= most) {
        return false;
      }
      write(0);
      return true;
    }

    private static int length(long number) {
      return Math.max(1, (63 - Long.numberOfLeadingZeros(number)) / 7 + 1);
    }

    private void write(long number) {
      long rest = number;
      while (rest > 0x7F) {
        bytes.write((int) (rest & 0x7F) | 0x80);
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    String text() {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }
  }
}

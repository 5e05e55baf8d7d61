package io.imagetools.worker.registry;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ranges of bytes as headers state them. */
final class ContentRange {

  /** RFC 9110, 14.4. */
  private static final Pattern ANSWERED =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/(?:\\*|[0-9]{1,18})");

  /** OCI distribution specification, "Pushing a blob in chunks"; some put the unit before it. */
  private static final Pattern UPLOADED = Pattern.compile("(?:bytes[= ])?0-([0-9]{1,18})");

  private ContentRange() {}

  /** Where the body of a 206 begins; empty if its Content-Range does not say. */
  static OptionalLong start(String contentRange) {
    Matcher matcher = ANSWERED.matcher(contentRange);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /**
   * How many bytes of an upload a registry has; empty if its Range does not say.
   *
   * <p>{@code 0-0} is one byte by the specification. Registries that have none say so as well, and
   * to take one byte for none costs nothing but that byte.
   */
  static OptionalLong uploaded(String range) {
    Matcher matcher = UPLOADED.matcher(range);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long last = Long.parseLong(matcher.group(1));
    return OptionalLong.of(last == 0 ? 0 : last + 1);
  }
}

package io.imagetools.common.job;

import java.util.List;
import java.util.Locale;

/** Sizes as people read them. */
public final class ByteSize {
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

  private ByteSize() {}

  /** {@code 512 B}, {@code 1.5 MiB}: powers of 1024, one decimal. */
  public static String of(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes / 1024.0;
    int unit = 0;
    // 1023.95 would be shown as 1024.0.
    while (size >= 1023.95 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
  }
}

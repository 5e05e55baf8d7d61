package io.imagetools.cli.terminal;

import java.time.Duration;
import java.util.Locale;

/** Amounts as a person reads them. */
final class Amounts {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Amounts() {}

  /** {@code 12.3 MB}; thousands, as registries and disks count. */
  static String bytes(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 999.5 && unit < UNITS.length - 1) {
      amount /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, amount < 9.95 ? "%.1f %s" : "%.0f %s", amount, UNITS[unit]);
  }

  /** {@code 1:02:03} or {@code 2:03}. */
  static String time(Duration time) {
    long seconds = time.toSeconds();
    return seconds >= 3600
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }

  /** What is left if the rest goes as what was done, or a dash while nobody can say. */
  static String timeLeft(Progress progress, Duration elapsed) {
    if (progress.done() == 0 || progress.done() > progress.total()) {
      return "-";
    }
    double perJob = (double) elapsed.toMillis() / progress.done();
    return time(Duration.ofMillis((long) (perJob * (progress.total() - progress.done()))));
  }

  /** Bytes a second. */
  static String rate(long bytes, Duration elapsed) {
    long millis = Math.max(1, elapsed.toMillis());
    return bytes((long) (bytes * 1000.0 / millis)) + "/s";
  }
}

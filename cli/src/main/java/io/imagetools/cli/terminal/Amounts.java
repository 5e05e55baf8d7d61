package io.imagetools.cli.terminal;

import io.imagetools.common.job.ByteSize;
import java.time.Duration;
import java.util.Locale;

/** Amounts as a person reads them. */
final class Amounts {
  private Amounts() {}

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
    return ByteSize.of((long) (bytes * 1000.0 / millis)) + "/s";
  }
}

package io.imagetools.collector.output;

import java.time.Duration;

/** Durations as people read them. */
final class Elapsed {

  private Elapsed() {}

  /** {@code 7 s}, {@code 3 min 7 s}, {@code 2 h 3 min 7 s}; a negative one is 0 s. */
  static String of(Duration duration) {
    Duration shown = duration.isNegative() ? Duration.ZERO : duration;
    String seconds = shown.toSecondsPart() + " s";
    if (shown.toMinutes() == 0) {
      return seconds;
    }
    String minutes = shown.toMinutesPart() + " min " + seconds;
    return shown.toHours() == 0 ? minutes : shown.toHours() + " h " + minutes;
  }
}

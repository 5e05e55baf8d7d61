package io.imagetools.cli.options;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration that is longer than nothing. */
class PositiveDurationConverter implements ITypeConverter<Duration> {
  private final Duration least;

  PositiveDurationConverter() {
    this(Duration.ofMillis(1));
  }

  private PositiveDurationConverter(Duration least) {
    this.least = least;
  }

  @Override
  public Duration convert(String text) {
    Duration duration = new DurationConverter().convert(text);
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time at all: write 1s or more");
    }
    if (duration.compareTo(least) < 0) {
      throw new TypeConversionException("'" + text + "' is too short: write 1s or more");
    }
    return duration;
  }

  /** Of what nothing can be done in less than a second. */
  static final class Seconds extends PositiveDurationConverter {
    Seconds() {
      super(Duration.ofSeconds(1));
    }
  }
}

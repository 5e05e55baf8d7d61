package io.imagetools.cli.options;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration that is longer than nothing. */
final class PositiveDurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    Duration duration = new DurationConverter().convert(text);
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time at all: write 1s or more");
    }
    return duration;
  }
}

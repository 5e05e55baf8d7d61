package io.imagetools.cli.options;

import io.imagetools.worker.execution.ExecutionSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number, with a fraction or without, within bounds. */
abstract class NumberConverter implements ITypeConverter<Double> {
  private final double least;
  private final double most;

  private NumberConverter(double least, double most) {
    this.least = least;
    this.most = most;
  }

  @Override
  public Double convert(String text) {
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) { // false for NaN
        return number;
      }
    } catch (NumberFormatException e) {
      // the same sentence serves
    }
    throw new TypeConversionException(
        "'" + text + "' is not a number from " + least + " to " + most);
  }

  /** How many times as long each wait is. */
  static final class Multiplier extends NumberConverter {
    Multiplier() {
      super(1, ExecutionSettings.Retrying.MOST_MULTIPLIER);
    }
  }

  /** By which part of itself a wait is spread. */
  static final class Jitter extends NumberConverter {
    Jitter() {
      super(0, 0.99);
    }
  }
}

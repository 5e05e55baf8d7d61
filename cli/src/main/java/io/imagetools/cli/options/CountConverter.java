package io.imagetools.cli.options;

import io.imagetools.worker.execution.ExecutionSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number within bounds. */
class CountConverter implements ITypeConverter<Integer> {
  private static final int MOST = 1_000_000;

  private final int least;
  private final int most;

  CountConverter() {
    this(1, MOST);
  }

  CountConverter(int least, int most) {
    this.least = least;
    this.most = most;
  }

  @Override
  public Integer convert(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= least && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // the same sentence serves
    }
    throw new TypeConversionException(
        "'" + text + "' is not a whole number from " + least + " to " + most);
  }

  /** Of attempts, which are 100 at most. */
  static final class Attempts extends CountConverter {
    Attempts() {
      super(1, ExecutionSettings.Retrying.MOST_ATTEMPTS);
    }
  }

  /** Of what a share is taken, which one image can't show. */
  static final class Window extends CountConverter {
    Window() {
      super(2, MOST);
    }
  }

  /** Of a hundred. */
  static final class Percent extends CountConverter {
    Percent() {
      super(1, 100);
    }
  }
}

package io.imagetools.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number from 1 on. */
class CountConverter implements ITypeConverter<Integer> {
  private final int most;

  CountConverter() {
    this(1_000_000);
  }

  CountConverter(int most) {
    this.most = most;
  }

  @Override
  public Integer convert(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // the same sentence serves
    }
    throw new TypeConversionException("'" + text + "' is not a whole number from 1 to " + most);
  }

  /** Of attempts, which are 100 at most. */
  static final class Attempts extends CountConverter {
    Attempts() {
      super(100);
    }
  }
}

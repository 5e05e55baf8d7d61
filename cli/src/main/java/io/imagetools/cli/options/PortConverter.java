package io.imagetools.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the number of a port. */
final class PortConverter implements ITypeConverter<Integer> {
  private static final int MOST = 65_535;

  @Override
  public Integer convert(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= MOST) {
        return port;
      }
    } catch (NumberFormatException e) {
      // the same sentence serves
    }
    throw new TypeConversionException("'" + text + "' is no port: write a number from 0 to 65535");
  }
}

package io.imagetools.cli.options;

import io.imagetools.common.kafka.QueueMode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads auto, share or classic. */
final class QueueConverter implements ITypeConverter<QueueMode> {

  /** What it reads; shells offer it. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(QueueMode.values()).map(QueueConverter::word).iterator();
    }
  }

  @Override
  public QueueMode convert(String value) {
    for (QueueMode mode : QueueMode.values()) {
      if (word(mode).equals(value)) {
        return mode;
      }
    }
    throw new TypeConversionException("'" + value + "' is not auto, share or classic");
  }

  private static String word(QueueMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}

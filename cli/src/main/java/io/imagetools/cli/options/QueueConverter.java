package io.imagetools.cli.options;

import io.imagetools.common.kafka.QueueMode;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads auto, share or classic. */
final class QueueConverter implements ITypeConverter<QueueMode> {

  @Override
  public QueueMode convert(String value) {
    for (QueueMode mode : QueueMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
        return mode;
      }
    }
    throw new TypeConversionException("'" + value + "' is not auto, share or classic");
  }
}

package io.imagetools.cli.options;

import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Registry;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST[:PORT]}. */
public final class RegistryConverter implements ITypeConverter<Registry> {

  @Override
  public Registry convert(String text) {
    try {
      return new Registry(text);
    } catch (InvalidReferenceException e) {
      String scheme = text.contains("://") ? ", without a scheme such as http://" : "";
      throw new TypeConversionException(e.getMessage() + ": write HOST or HOST:PORT" + scheme);
    }
  }
}

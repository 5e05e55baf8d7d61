package io.imagetools.cli.options;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a file: {@code https://example.org/skopeo}. */
final class AddressConverter implements ITypeConverter<URI> {

  @Override
  public URI convert(String text) {
    try {
      URI address = new URI(text);
      String scheme = address.getScheme();
      if (address.getHost() != null && ("https".equals(scheme) || "http".equals(scheme))) {
        return address;
      }
    } catch (URISyntaxException e) {
      // the sentence below says it
    }
    throw new TypeConversionException(
        "'" + text + "' is not an address: write it whole, for example https://example.org/skopeo");
  }
}

package io.imagetools.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (file != null) {
        properties.load(file);
      }
      return new String[] {
        "image-tools " + properties.getProperty("version", "(unknown version)"),
        "Java " + System.getProperty("java.version")
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

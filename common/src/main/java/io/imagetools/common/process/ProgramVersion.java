package io.imagetools.common.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program, as the build wrote it down: in logs, records and answers alike. */
public final class ProgramVersion {
  private static final String CURRENT = read();

  private ProgramVersion() {}

  /** For example {@code 0.1.0}; the same as long as the process lives. */
  public static String current() {
    return CURRENT;
  }

  private static String read() {
    try (InputStream file = ProgramVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (file != null) {
        properties.load(file);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

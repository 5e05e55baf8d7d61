package io.imagetools.cli.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where settings come from, and the wish to see them. A part of every command. */
public final class ConfigurationOptions {
  static final String FILE = "--config";
  static final String PRINT = "--print-config";

  @Option(
      names = FILE,
      paramLabel = "FILE",
      description =
          "Settings as properties, see docs/configuration.md. Default: IMAGE_TOOLS_CONFIG, else"
              + " ~/.config/image-tools/config.properties if it is there.")
  @Nullable Path file; // read before the rest of the command line, by ConfigurationFile

  @Option(
      names = PRINT,
      description = "Shows each setting of this command and where it comes from, and ends.")
  boolean print;
}

package io.imagetools.cli.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What an option is called outside of the command line: {@code --max-per-registry} is {@code
 * max-per-registry} in a file and {@code IMAGE_TOOLS_MAX_PER_REGISTRY} in the environment.
 *
 * @param key in a file
 */
public record SettingName(String key) {
  static final String PREFIX = "IMAGE_TOOLS_";

  /** Of that option, by its long name. */
  public static SettingName of(OptionSpec option) {
    String name =
        Arrays.stream(option.names())
            .filter(each -> each.startsWith("--"))
            .max(Comparator.comparingInt(String::length))
            .orElse(option.longestName());
    return new SettingName(name.replaceFirst("^-+", ""));
  }

  /** The same for one command only, which goes before. */
  public SettingName in(String command) {
    return new SettingName(command + "." + key);
  }

  /** The environment variable. */
  public String variable() {
    return PREFIX + key.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The flag. */
  public String flag() {
    return "--" + key;
  }
}

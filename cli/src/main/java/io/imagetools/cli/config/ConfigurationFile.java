package io.imagetools.cli.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file with settings: Java's properties in UTF-8.
 *
 * @param path null: there is none
 * @param entries by key
 * @param lines by key, counting from 1
 * @param mistakes why it can't be read; empty: it was
 */
record ConfigurationFile(
    @Nullable Path path,
    Map<String, String> entries,
    Map<String, Integer> lines,
    List<String> mistakes) {
  private static final String VARIABLE = "IMAGE_TOOLS_CONFIG";

  /** A file of settings is short; another one was meant. */
  static final long MOST_BYTES = 1 << 20;

  private static final ConfigurationFile NONE =
      new ConfigurationFile(null, Map.of(), Map.of(), List.of());

  ConfigurationFile {
    entries = Map.copyOf(entries);
    lines = Map.copyOf(lines);
    mistakes = List.copyOf(mistakes);
  }

  /**
   * The file that the command line names, else the environment, else the one in its usual place.
   */
  static ConfigurationFile find(List<String> arguments, Map<String, String> environment) {
    String named = named(arguments);
    if (named != null) {
      return read(Path.of(named), ConfigurationOptions.FILE);
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return read(Path.of(variable), VARIABLE);
    }
    Path usual = usual(environment);
    return usual != null && Files.exists(usual) ? read(usual, "the usual place") : NONE;
  }

  /** Picocli asks for defaults before it has read the command line. */
  private static @Nullable String named(List<String> arguments) {
    for (int i = 0; i < arguments.size() && !arguments.get(i).equals("--"); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(ConfigurationOptions.FILE + "=")) {
        return argument.substring(ConfigurationOptions.FILE.length() + 1);
      }
      if (argument.equals(ConfigurationOptions.FILE) && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
    }
    return null;
  }

  private static @Nullable Path usual(Map<String, String> environment) {
    String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (base.isEmpty() && home.isEmpty()) {
      return null;
    }
    Path folder = base.isEmpty() ? Path.of(home, ".config") : Path.of(base);
    return folder.resolve("image-tools").resolve("config.properties");
  }

  private static ConfigurationFile read(Path path, String from) {
    try {
      if (Files.size(path) > MOST_BYTES) {
        return broken(path, from, "it is longer than 1 MiB, so another file was meant");
      }
      String text = Files.readString(path);
      Properties properties = new Properties();
      properties.load(new StringReader(text));
      Map<String, String> entries = new TreeMap<>();
      properties
          .stringPropertyNames()
          .forEach(key -> entries.put(key, properties.getProperty(key).strip()));
      return new ConfigurationFile(path, entries, lines(text, entries), List.of());
    } catch (NoSuchFileException e) {
      return broken(path, from, "there is no such file");
    } catch (CharacterCodingException e) {
      return broken(path, from, "it is not UTF-8");
    } catch (IOException | IllegalArgumentException e) {
      return broken(path, from, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigurationFile broken(Path path, String from, String why) {
    return new ConfigurationFile(
        path,
        Map.of(),
        Map.of(),
        List.of(
            path
                + " (from "
                + from
                + "): "
                + why
                + ". Give the path of a readable properties file, or none"));
  }

  private static Map<String, Integer> lines(String text, Map<String, String> entries) {
    Map<String, Integer> lines = new TreeMap<>();
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      String key = all.get(i).strip().split("[=:\\s]", 2)[0];
      if (entries.containsKey(key)) {
        lines.put(key, i + 1); // the last one of a key holds
      }
    }
    return lines;
  }

  @Nullable Setting get(SettingName name) {
    String value = entries.get(name.key());
    return value == null ? null : new Setting(value, place(name.key()));
  }

  String place(String key) {
    Integer line = lines.get(key);
    return "file " + path + (line == null ? "" : ", line " + line) + ", " + key;
  }
}

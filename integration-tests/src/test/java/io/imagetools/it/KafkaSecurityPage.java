package io.imagetools.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What docs/kafka-security.md tells admins to do. */
final class KafkaSecurityPage {
  private static final Pattern GROUP_SETTINGS =
      Pattern.compile("--entity-type groups --entity-name (\\S+) \\\\\\s+--add-config (\\S+)");

  private KafkaSecurityPage() {}

  static String text() throws IOException {
    return Files.readString(Repository.root().resolve("docs/kafka-security.md"));
  }

  /** The settings of each group, by its name. */
  static Map<String, Map<String, String>> groupSettings() throws IOException {
    Map<String, Map<String, String>> found = new LinkedHashMap<>();
    GROUP_SETTINGS
        .matcher(text())
        .results()
        .forEach(command -> found.put(command.group(1), settings(command.group(2))));
    return found;
  }

  private static Map<String, String> settings(String listed) {
    Map<String, String> settings = new TreeMap<>();
    Arrays.stream(listed.split(","))
        .map(setting -> setting.split("=", 2))
        .forEach(setting -> settings.put(setting[0], setting[1]));
    return settings;
  }
}

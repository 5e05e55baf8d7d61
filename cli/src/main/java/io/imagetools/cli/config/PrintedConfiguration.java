package io.imagetools.cli.config;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Each setting of a command, its value and its source. No secret is in it. */
final class PrintedConfiguration {
  private static final String ROW = "%-22s %-32s %s%n";

  /** What stands before the host of an address: a name, often with a password. */
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

  /** What may carry a token: everything behind the path of an address. */
  private static final Pattern QUERY = Pattern.compile("(?<=://)([^\\s?#]*)[?#]\\S*");

  private static final List<String> SECRETS =
      List.of("DOCKER_PASSWORD", "IMAGE_TOOLS_WEBHOOK_SECRET");
  private static final List<String> PLAIN = List.of("DOCKER_REGISTRY", "DOCKER_USERNAME");

  private final Settings settings;

  PrintedConfiguration(Settings settings) {
    this.settings = settings;
  }

  void print(ParseResult command, PrintWriter out) {
    out.printf(ROW, "SETTING", "VALUE", "FROM");
    for (OptionSpec option : Settings.of(command.commandSpec())) {
      Setting setting = effective(command, option);
      out.printf(
          ROW, SettingName.of(option).key(), withoutSecrets(setting.value()), setting.source());
    }
    Map<String, String> environment = settings.environment();
    for (String variable : PLAIN) {
      printVariable(out, variable, environment.getOrDefault(variable, ""));
    }
    for (String variable : SECRETS) {
      String value = environment.getOrDefault(variable, "");
      printVariable(out, variable, value.isEmpty() ? "" : "(set; not shown)");
    }
    out.flush();
  }

  private static void printVariable(PrintWriter out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf(ROW, name, value, "environment");
    }
  }

  private Setting effective(ParseResult command, OptionSpec option) {
    OptionSpec given = command.matchedOption(option.longestName());
    if (given != null) {
      Object value = option.getValue(); // of a switch: typed it has no value
      String typed =
          Settings.isSwitch(option)
              ? String.valueOf(value)
              : String.join(",", given.originalStringValues());
      return new Setting(typed, "flag");
    }
    Setting outside = settings.find(option);
    if (outside != null) {
      return outside;
    }
    String fallback = option.defaultValue();
    return new Setting(
        fallback == null ? (Settings.isSwitch(option) ? "false" : "-") : fallback, "default");
  }

  static String withoutSecrets(String value) {
    return QUERY.matcher(USER_INFO.matcher(value).replaceAll("***@")).replaceAll("$1?***");
  }
}

package io.imagetools.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What environment and file say. Flags go before it, defaults after it; within each of the two,
 * what is said for one command goes before what is said for all.
 */
final class Settings implements IDefaultValueProvider {

  /** They are about the settings, and not one of them. */
  private static final Set<String> NONE =
      Set.of("--help", "--version", ConfigurationOptions.FILE, ConfigurationOptions.PRINT);

  /** Picocli's name for where a value stands; a setting stands elsewhere. */
  private static final Pattern PLACE =
      Pattern.compile("^Invalid value for option '[^']*'( \\([^)]*\\))?: ");

  private final ConfigurationFile file;
  private final Map<String, String> environment;
  private final Supplier<CommandLine> grammar;
  private @Nullable CommandLine probe;

  Settings(ConfigurationFile file, Map<String, String> environment, Supplier<CommandLine> grammar) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.grammar = grammar;
  }

  ConfigurationFile file() {
    return file;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** The options that are settings. */
  static List<OptionSpec> of(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.hidden())
        .filter(option -> Arrays.stream(option.names()).noneMatch(NONE::contains))
        .toList();
  }

  static boolean isSwitch(OptionSpec option) {
    return option.type() == boolean.class || option.type() == Boolean.class;
  }

  /** Null: neither says anything. */
  @Nullable Setting find(OptionSpec option) {
    SettingName general = SettingName.of(option);
    SettingName own = general.in(option.command().name());
    for (SettingName name : List.of(own, general)) {
      String value = environment.getOrDefault(name.variable(), "");
      if (!value.isEmpty()) {
        return new Setting(value, "environment " + name.variable());
      }
    }
    Setting special = file.get(own);
    return special == null ? file.get(general) : special;
  }

  /** Why an option can't have that value; null: it can. */
  @Nullable String wrong(OptionSpec option, Setting setting) {
    String value = setting.value();
    if (isSwitch(option)) {
      return value.equals("true") || value.equals("false")
          ? null
          : "'" + value + "' is neither true nor false";
    }
    if (probe == null) {
      probe = grammar.get();
    }
    try {
      probe.parseArgs(option.command().name(), option.longestName() + "=" + value);
      return null;
    } catch (ParameterException e) {
      return PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    }
  }

  /**
   * Values that can't be used are passed over here, so that {@code --help} answers even then, and
   * all of them can be named at once. Switches are set afterwards: picocli turns a switch whose
   * default is true off when it is given.
   */
  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)
        || isSwitch(option)
        || !of(option.command()).contains(option)) {
      return null;
    }
    Setting setting = find(option);
    return setting == null || wrong(option, setting) != null ? null : setting.value();
  }
}

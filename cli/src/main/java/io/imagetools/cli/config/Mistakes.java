package io.imagetools.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Everything that is wrong in the settings, each with its place and what to do. */
final class Mistakes {

  /** The launcher's, and those that are more than an option's other name. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "IMAGE_TOOLS_CONFIG",
          "IMAGE_TOOLS_JAVA",
          "IMAGE_TOOLS_JVM_OPTIONS",
          "IMAGE_TOOLS_NO_CDS",
          "IMAGE_TOOLS_WEBHOOK_SECRET");

  /** What Kubernetes puts into every pod for a service that is called image-tools or so. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("IMAGE_TOOLS_(\\w+_)?(SERVICE_(HOST|PORT\\w*)|PORT(_\\d+_\\w+)?)");

  private final Settings settings;
  private final Supplier<CommandLine> grammar;

  /** With a grammar that knows no settings. */
  Mistakes(Settings settings, Supplier<CommandLine> grammar) {
    this.settings = settings;
    this.grammar = grammar;
  }

  /** Files that can't be read and names that nothing has, whatever command they are for. */
  List<String> ofNames() {
    List<String> found = new ArrayList<>(settings.file().mistakes());
    if (settings.file().entries().isEmpty()
        && settings.environment().keySet().stream().allMatch(Mistakes::isNoSetting)) {
      return found; // most calls: nobody has to ask which settings there are
    }
    Set<String> keys = new TreeSet<>();
    Set<String> variables = new TreeSet<>(OTHER_VARIABLES);
    for (CommandLine command : new LinkedHashSet<>(grammar.get().getSubcommands().values())) {
      for (OptionSpec option : Settings.of(command.getCommandSpec())) {
        SettingName general = SettingName.of(option);
        for (SettingName name : List.of(general, general.in(command.getCommandName()))) {
          keys.add(name.key());
          variables.add(name.variable());
        }
      }
    }
    for (String key : new TreeSet<>(settings.file().entries().keySet())) {
      if (!keys.contains(key)) {
        found.add(settings.file().place(key) + ": there is no such setting" + nearest(key, keys));
      }
    }
    for (String variable : new TreeSet<>(settings.environment().keySet())) {
      if (!isNoSetting(variable) && !variables.contains(variable)) {
        found.add(
            "environment "
                + variable
                + ": there is no such setting"
                + nearest(variable, variables));
      }
    }
    return found;
  }

  /** Whether a variable is somebody else's, or the launcher's. */
  private static boolean isNoSetting(String variable) {
    return !variable.startsWith(SettingName.PREFIX)
        || OTHER_VARIABLES.contains(variable)
        || SERVICE_LINK.matcher(variable).matches();
  }

  /** Values of environment and file that this command can't use. */
  List<String> ofValues(CommandSpec command) {
    List<String> found = new ArrayList<>();
    for (OptionSpec option : Settings.of(command)) {
      Setting setting = settings.find(option);
      String wrong = setting == null ? null : settings.wrong(option, setting);
      if (setting != null && wrong != null) {
        found.add(setting.source() + ": " + wrong + ". Correct it, or take it out");
      }
    }
    return found;
  }

  /** Everything that is wrong with the arguments, whatever environment and file say. */
  List<String> ofArguments(List<String> arguments) {
    CommandLine line = grammar.get();
    collectErrors(line);
    List<String> found = new ArrayList<>();
    try {
      for (var parsed = line.parseArgs(arguments.toArray(String[]::new));
          parsed != null;
          parsed = parsed.subcommand()) {
        parsed.errors().forEach(error -> found.add(String.valueOf(error.getMessage())));
      }
    } catch (ParameterException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    return found;
  }

  private static void collectErrors(CommandLine line) {
    line.getCommandSpec().parser().collectErrors(true);
    line.getSubcommands().values().forEach(Mistakes::collectErrors);
  }

  private static String nearest(String name, Set<String> known) {
    String best = null;
    int least = 4; // more changes than three make another word
    for (String candidate : known) {
      int distance = EditDistance.between(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best == null
        ? ". Take it out; docs/configuration.md has all there are"
        : ". Did you mean " + best + "?";
  }
}

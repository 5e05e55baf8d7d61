package io.imagetools.cli.config;

import io.imagetools.common.process.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The settings of one call: flag before environment before file before default. Used by one thread.
 */
public final class Configuration {
  private static final String NAME = "configuration";

  private final List<String> arguments;
  private final Settings settings;
  private final Mistakes mistakes;

  /**
   * Reads the file, if there is one; what is wrong with it is said when the command is to run.
   *
   * @param grammar the commands, with {@link #addOptions}, made anew at each call
   */
  public Configuration(
      List<String> arguments, Map<String, String> environment, Supplier<CommandLine> grammar) {
    this.arguments = List.copyOf(arguments);
    this.settings =
        new Settings(ConfigurationFile.find(arguments, environment), environment, grammar);
    this.mistakes = new Mistakes(settings, grammar);
  }

  /** Gives each command the options that are about its settings. */
  public static void addOptions(CommandLine top) {
    for (CommandLine command : top.getSubcommands().values()) {
      if (!(command.getCommand() instanceof HelpCommand)
          && !command.getCommandSpec().mixins().containsKey(NAME)) {
        command.addMixin(NAME, new ConfigurationOptions());
      }
    }
  }

  /** Lets these settings hold for a command line. */
  public void applyTo(CommandLine top) {
    top.setDefaultValueProvider(settings);
    top.setExecutionStrategy(this::execute);
    top.setParameterExceptionHandler((failure, typed) -> refuse(failure));
  }

  private int execute(ParseResult parsed) {
    ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandLine line = command.commandSpec().commandLine();
    if (!isAboutSettings(command)) {
      return new RunLast().execute(parsed);
    }
    List<String> wrong = new ArrayList<>(mistakes.ofNames());
    wrong.addAll(mistakes.ofValues(command.commandSpec()));
    if (!wrong.isEmpty()) {
      return refuse(line, wrong, null);
    }
    turnSwitches(command);
    if (options(command).print) {
      new PrintedConfiguration(settings).print(command, line.getOut());
      return ExitCode.OK.status();
    }
    return new RunLast().execute(parsed);
  }

  private static boolean isAboutSettings(ParseResult command) {
    return command.commandSpec().mixins().containsKey(NAME)
        && !command.isUsageHelpRequested()
        && !command.isVersionHelpRequested();
  }

  private static ConfigurationOptions options(ParseResult command) {
    return (ConfigurationOptions)
        Objects.requireNonNull(command.commandSpec().mixins().get(NAME)).userObject();
  }

  private void turnSwitches(ParseResult command) {
    for (OptionSpec option : Settings.of(command.commandSpec())) {
      Setting setting = Settings.isSwitch(option) ? settings.find(option) : null;
      if (setting != null && !command.hasMatchedOption(option)) {
        option.setValue(Boolean.valueOf(setting.value()));
      }
    }
  }

  /**
   * What is wrong with the arguments and everywhere else; or what a command found, begun already.
   */
  private int refuse(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    List<String> wrong = new ArrayList<>(mistakes.ofArguments(arguments));
    if (wrong.isEmpty()) {
      wrong.add(String.valueOf(failure.getMessage()));
    } else {
      wrong.addAll(mistakes.ofNames());
      wrong.addAll(mistakes.ofValues(command.getCommandSpec()));
    }
    return refuse(command, wrong, failure);
  }

  /** And where to read on; the whole help would push the sentences off the screen. */
  private static int refuse(
      CommandLine command, List<String> wrong, @Nullable ParameterException failure) {
    PrintWriter err = command.getErr();
    wrong.forEach(sentence -> err.println("image-tools: " + sentence));
    if (failure != null) {
      UnmatchedArgumentException.printSuggestions(failure, err);
    }
    if (command.getParent() == null && isUnknownOption(failure)) {
      err.println("Options stand behind a command: image-tools mirror -f LIST -d REGISTRY");
    }
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.status();
  }

  private static boolean isUnknownOption(@Nullable ParameterException failure) {
    return failure instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption();
  }
}

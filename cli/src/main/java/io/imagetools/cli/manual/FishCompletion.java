package io.imagetools.cli.manual;

import picocli.CommandLine.Model.CommandSpec;

/** The script that completes command lines of the program in fish. */
final class FishCompletion {

  private FishCompletion() {}

  static String of(CommandSpec program) {
    StringBuilder script = new StringBuilder("# Completes " + program.name() + " in fish.\n");
    String complete = "complete -c " + program.name();
    for (CommandSpec command : OptionWords.commandsOf(program)) {
      script.append(complete).append(" -f -n __fish_use_subcommand -a ").append(command.name());
      script.append(" -d ").append(quoted(OptionWords.summaryOf(command))).append('\n');
    }
    for (OptionWords option : OptionWords.of(program)) {
      script.append(complete).append(" -n __fish_use_subcommand").append(words(option));
    }
    for (CommandSpec command : OptionWords.commandsOf(program)) {
      String here = " -n " + quoted("__fish_seen_subcommand_from " + command.name());
      for (OptionWords option : OptionWords.of(command)) {
        script.append(complete).append(here).append(words(option));
      }
    }
    return script.toString();
  }

  private static String words(OptionWords option) {
    StringBuilder words = new StringBuilder();
    for (String name : option.names()) {
      if (name.startsWith("--")) {
        words.append(" -l ").append(name.substring(2));
      } else {
        words.append(name.length() == 2 ? " -s " : " -o ").append(name.substring(1));
      }
    }
    if (option.takesValue()) {
      words.append(option.file() ? " -r -F" : " -x");
    }
    if (!option.values().isEmpty()) {
      words.append(" -a ").append(quoted(String.join(" ", option.values())));
    }
    return words.append(" -d ").append(quoted(option.summary())).append('\n').toString();
  }

  private static String quoted(String text) {
    return Text.quoted(text.replace("\\", "\\\\"), "\\'");
  }
}

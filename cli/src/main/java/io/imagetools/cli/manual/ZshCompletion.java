package io.imagetools.cli.manual;

import picocli.CommandLine.Model.CommandSpec;

/** The function that completes command lines of the program in zsh; to lie on its fpath. */
final class ZshCompletion {

  private ZshCompletion() {}

  static String of(CommandSpec program) {
    StringBuilder script = new StringBuilder("#compdef " + program.name() + "\n");
    script.append("local state line\nlocal -a commands\n_arguments -C");
    arguments(script, program);
    script.append(" '1:command:->command' '*::argument:->argument'\ncase $state in\n");
    script.append("command)\ncommands=(\n");
    for (CommandSpec command : OptionWords.commandsOf(program)) {
      script.append(quoted(command.name() + ":" + OptionWords.summaryOf(command))).append('\n');
    }
    script.append(")\n_describe command commands\n;;\nargument)\ncase $line[1] in\n");
    for (CommandSpec command : OptionWords.commandsOf(program)) {
      script.append(command.name()).append(")\n_arguments");
      arguments(script, command);
      script.append(" \\\n'*:argument:_files'\n;;\n");
    }
    return script.append("esac\n;;\nesac\n").toString();
  }

  private static void arguments(StringBuilder script, CommandSpec command) {
    for (OptionWords option : OptionWords.of(command)) {
      for (String name : option.names()) {
        script.append(" \\\n").append(quoted(specification(option, name)));
      }
    }
  }

  /** {@code *--name=[summary]:label:action}, as the zshcompsys manual describes it. */
  private static String specification(OptionWords option, String name) {
    String equals = option.takesValue() && name.startsWith("--") ? "=" : "";
    String text = "*" + name + equals + "[" + escaped(option.summary()) + "]";
    return option.takesValue() ? text + ":" + escaped(option.label()) + ":" + action(option) : text;
  }

  private static String action(OptionWords option) {
    if (!option.values().isEmpty()) {
      return "(" + String.join(" ", option.values()) + ")";
    }
    return option.file() ? "_files" : " ";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return Text.quoted(text, "'\\''");
  }
}

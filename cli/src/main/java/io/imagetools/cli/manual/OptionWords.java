package io.imagetools.cli.manual;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a completion script must know of an option.
 *
 * @param names all of them, with their dashes
 * @param takesValue whether a word follows
 * @param label what stands for that word in the help
 * @param file whether that word names a file or a folder
 * @param values all that may be given; empty: anything
 * @param summary the first sentence of its description
 */
record OptionWords(
    List<String> names,
    boolean takesValue,
    String label,
    boolean file,
    List<String> values,
    String summary) {

  OptionWords {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  /** Those of a command that its help shows, in the order of the help. */
  static List<OptionWords> of(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.hidden())
        .map(OptionWords::of)
        .toList();
  }

  private static OptionWords of(OptionSpec option) {
    return new OptionWords(
        Arrays.asList(option.names()),
        option.arity().max() > 0,
        option.paramLabel(),
        option.type() == Path.class || option.type() == File.class,
        values(option),
        firstSentence(Text.of(option.description())));
  }

  private static List<String> values(OptionSpec option) {
    List<String> values = new ArrayList<>();
    if (option.completionCandidates() != null) {
      option.completionCandidates().forEach(values::add);
    }
    return values;
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    String sentence = end < 0 ? text : text.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /** The header of a command's help without its full stop. */
  static String summaryOf(CommandSpec command) {
    return firstSentence(Text.of(command.usageMessage().header()));
  }

  /** The commands that the help of a program shows, but for {@code help} itself. */
  static List<CommandSpec> commandsOf(CommandSpec program) {
    return program.subcommands().values().stream()
        .map(line -> line.getCommandSpec())
        .filter(command -> !command.usageMessage().hidden())
        .filter(command -> !command.name().toLowerCase(Locale.ROOT).equals("help"))
        .distinct()
        .toList();
  }
}

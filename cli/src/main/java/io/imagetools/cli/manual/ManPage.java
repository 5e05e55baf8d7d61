package io.imagetools.cli.manual;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The manual page of one command, in the language of man(7). */
final class ManPage {
  private final CommandSpec command;
  private final StringBuilder page = new StringBuilder();

  private ManPage(CommandSpec command) {
    this.command = command;
  }

  /** The name of the page: {@code image-tools-mirror}. */
  static String nameOf(CommandSpec command) {
    return command.qualifiedName("-");
  }

  static String of(CommandSpec command, String version) {
    ManPage page = new ManPage(command);
    page.head(version);
    page.options();
    page.commands();
    page.foot();
    return page.page.toString();
  }

  private void head(String version) {
    UsageMessageSpec usage = command.usageMessage();
    line(
        ".TH %s 1 \"\" \"image-tools %s\" \"image-tools\""
            .formatted(nameOf(command).toUpperCase(Locale.ROOT), version));
    line(".SH NAME");
    line(escaped(nameOf(command)) + " \\- " + escaped(Text.of(usage.header())));
    line(".SH SYNOPSIS");
    boolean top = command.parent() == null;
    line(".B " + escaped(command.qualifiedName(" ")));
    line(top ? "[\\-hV] \\fICOMMAND\\fR" : "[\\fIOPTIONS\\fR]" + positionals());
    if (usage.description().length > 0) {
      line(".SH DESCRIPTION");
      line(escaped(Text.of(usage.description())));
    }
  }

  private String positionals() {
    StringBuilder all = new StringBuilder();
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String label = "\\fI" + escaped(parameter.paramLabel()) + "\\fR";
      all.append(parameter.required() ? " " + label : " [" + label + "]");
    }
    return all.toString();
  }

  private void options() {
    line(".SH OPTIONS");
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      entry("\\fI" + escaped(parameter.paramLabel()) + "\\fR", parameter.description());
    }
    options(command.options().stream().filter(option -> option.group() == null).toList());
    for (ArgGroupSpec group : command.argGroups()) {
      String heading = Text.of(group.heading() == null ? "" : group.heading());
      line(".SS " + escaped(heading.replaceAll(":$", "")));
      options(group.options());
    }
  }

  private void options(List<OptionSpec> options) {
    for (OptionSpec option : options) {
      if (!option.hidden()) {
        entry(named(option), option.description());
      }
    }
  }

  private static String named(OptionSpec option) {
    List<String> names =
        Arrays.stream(option.names()).map(name -> "\\fB" + escaped(name) + "\\fR").toList();
    String value = option.arity().max() > 0 ? "=\\fI" + escaped(option.paramLabel()) + "\\fR" : "";
    return String.join(", ", names) + value;
  }

  private void commands() {
    if (command.parent() != null) {
      return;
    }
    line(".SH COMMANDS");
    for (CommandSpec each : OptionWords.commandsOf(command)) {
      entry("\\fB" + escaped(nameOf(each)) + "\\fR(1)", each.usageMessage().header());
    }
  }

  /** Headings in the manner of man: EXIT STATUS, ENVIRONMENT. */
  private void foot() {
    UsageMessageSpec usage = command.usageMessage();
    if (usage.footer().length > 0) {
      String heading = Text.of(usage.footerHeading()).replaceAll(":$", "");
      line(".SH " + escaped((heading.isEmpty() ? "Notes" : heading).toUpperCase(Locale.ROOT)));
      line(".nf");
      for (String text : usage.footer()) {
        line(text.isBlank() ? ".sp" : escaped(text.replace("%%", "%")));
      }
      line(".fi");
    }
    if (command.parent() != null) {
      line(".SH SEE ALSO");
      line(".BR " + escaped(command.root().name()) + " (1)");
    }
  }

  private void entry(String term, String... description) {
    line(".TP");
    line(term);
    line(escaped(Text.of(description)));
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  /** Nothing of it is read as a request, a hyphen stays what was typed, and all is ASCII. */
  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\\') {
                safe.append("\\e");
              } else if (c == '-') {
                safe.append("\\-");
              } else if (c > 126) {
                safe.append("\\[u%04X]".formatted(c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + safe : safe.toString();
  }
}

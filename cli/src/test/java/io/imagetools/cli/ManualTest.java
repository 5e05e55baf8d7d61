package io.imagetools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.imagetools.cli.manual.Manual;
import io.imagetools.cli.terminal.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Man pages and completion scripts know all that the help shows. */
class ManualTest {
  @TempDir Path folder;
  private CommandLine program = grammar();

  private static CommandLine grammar() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Streams streams =
        new Streams(InputStream.nullInputStream(), nowhere, nowhere, false, false, false);
    return new ImageTools(streams, Map.of()).commandLine();
  }

  @BeforeEach
  void write() throws IOException {
    program = grammar();
    new Manual(program, "1.2.3").write(folder);
  }

  private List<CommandSpec> shownCommands() {
    List<CommandSpec> shown = new ArrayList<>();
    for (CommandLine line : program.getSubcommands().values()) {
      CommandSpec spec = line.getCommandSpec();
      if (!spec.usageMessage().hidden() && !spec.name().equals("help")) {
        shown.add(spec);
      }
    }
    return shown;
  }

  @Test
  void every_command_has_a_page_with_all_its_options() throws IOException {
    assertThat(shownCommands()).hasSizeGreaterThan(8);
    for (CommandSpec command : shownCommands()) {
      String page =
          Files.readString(folder.resolve("man/man1/image-tools-" + command.name() + ".1"));
      assertThat(page).startsWith(".TH ").contains("image-tools 1.2.3").contains(".SH SYNOPSIS");
      for (OptionSpec option : command.options()) {
        for (String name : option.names()) {
          assertThat(page).contains("\\fB" + name.replace("-", "\\-") + "\\fR");
        }
      }
    }
  }

  @Test
  void the_page_of_the_program_leads_to_the_others() throws IOException {
    String page = Files.readString(folder.resolve("man/man1/image-tools.1"));

    for (CommandSpec command : shownCommands()) {
      assertThat(page).contains("image\\-tools\\-" + command.name());
    }
    assertThat(page).contains(".SH EXIT STATUS").doesNotContain("warm");
  }

  @Test
  void pages_are_plain_ascii_and_no_text_is_read_as_a_request() throws IOException {
    try (var pages = Files.list(folder.resolve("man/man1"))) {
      for (Path page : pages.toList()) {
        assertThat(Files.readAllLines(page))
            .allSatisfy(line -> assertThat(line).matches("[\\x20-\\x7e]*"))
            .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
            .allSatisfy(line -> assertThat(line).matches("\\.(TH|SH|SS|TP|B|BR|nf|fi|sp)( .*)?"));
      }
    }
  }

  @Test
  void every_shell_completes_every_option() throws IOException {
    String fish = Files.readString(folder.resolve("completions/image-tools.fish"));
    String zsh = Files.readString(folder.resolve("completions/_image-tools"));
    String bash = Files.readString(folder.resolve("completions/image-tools.bash"));

    for (CommandSpec command : shownCommands()) {
      assertThat(fish).contains("-a " + command.name() + " ");
      assertThat(zsh).contains("'" + command.name() + ":");
      for (String name : command.optionsMap().keySet()) {
        String bare = name.replaceFirst("^--?", "");
        assertThat(fish).containsPattern("-[slo] " + bare + " ");
        assertThat(zsh).contains("'*" + name);
        assertThat(bash).contains("'" + name + "'");
      }
    }
  }

  @Test
  void what_shells_offer_as_a_value_is_what_the_option_takes() throws IOException {
    int values = 0;
    for (CommandSpec command : shownCommands()) {
      for (OptionSpec option : command.options()) {
        for (String value : offered(option)) {
          for (ITypeConverter<?> converter : option.converters()) {
            assertThatCode(() -> converter.convert(value)).doesNotThrowAnyException();
          }
          values++;
        }
      }
    }

    assertThat(values).isPositive();
    assertThat(Files.readString(folder.resolve("completions/image-tools.fish")))
        .contains("-l queue -x -a 'auto share classic'");
  }

  private static Iterable<String> offered(OptionSpec option) {
    Iterable<String> offered = option.completionCandidates();
    return offered == null ? List.of() : offered;
  }
}

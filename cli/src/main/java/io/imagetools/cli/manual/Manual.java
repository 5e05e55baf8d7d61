package io.imagetools.cli.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Man pages and completion scripts of a program, as files. */
public final class Manual {
  private final CommandLine program;
  private final String version;

  /**
   * Of this program.
   *
   * @param version what the pages say at their foot
   */
  public Manual(CommandLine program, String version) {
    this.program = program;
    this.version = version;
  }

  /**
   * Writes {@code man/man1/*.1} and {@code completions/} into a folder, which is made if missing.
   */
  public void write(Path folder) throws IOException {
    CommandSpec spec = program.getCommandSpec();
    Path pages = Files.createDirectories(folder.resolve("man/man1"));
    page(pages, spec);
    for (CommandSpec command : OptionWords.commandsOf(spec)) {
      page(pages, command);
    }
    Path completions = Files.createDirectories(folder.resolve("completions"));
    String name = spec.name();
    Files.writeString(completions.resolve(name + ".bash"), AutoComplete.bash(name, program));
    Files.writeString(completions.resolve("_" + name), ZshCompletion.of(spec));
    Files.writeString(completions.resolve(name + ".fish"), FishCompletion.of(spec));
  }

  private void page(Path folder, CommandSpec command) throws IOException {
    Files.writeString(folder.resolve(ManPage.nameOf(command) + ".1"), ManPage.of(command, version));
  }
}

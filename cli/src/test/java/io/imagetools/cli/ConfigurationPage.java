package io.imagetools.cli;

import io.imagetools.cli.config.SettingName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;

/** docs/configuration.md, as the commands' own grammar has it. */
final class ConfigurationPage {
  private static final Set<String> NO_SETTINGS =
      Set.of("--help", "--version", "--config", "--print-config");

  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from the commands: change their options, then see CONTRIBUTING.md. -->

      Each option of each command can be given in four places. The first that says something holds:

      1. the flag: `--max-per-registry=10`
      2. the environment: `IMAGE_TOOLS_WORKER_MAX_PER_REGISTRY=10` for one command, else
         `IMAGE_TOOLS_MAX_PER_REGISTRY=10` for all
      3. the file: `worker.max-per-registry = 10` for one command, else `max-per-registry = 10` for all
      4. the default

      The file is a Java properties file in UTF-8: that of `--config`, else of `IMAGE_TOOLS_CONFIG`, else
      `$XDG_CONFIG_HOME/image-tools/config.properties` (`~/.config/…`) if it is there. A value replaces those of later
      places, lists too. Switches are `true` or `false`; one that is on in the file is put off by a variable. An empty variable
      counts as none.

      Names that nothing has and values that can't be used are all named at once, each with its place and what to do, before
      anything starts (exit status 2). Variables that Kubernetes makes of services are passed over.

      `image-tools COMMAND --print-config` shows what holds and where it comes from, without secrets.

      ## Secrets

      No flag and no file of settings holds a secret. These are read from the environment, or from files of their own:

      | variable | is |
      |---|---|
      | `DOCKER_USERNAME`, `DOCKER_PASSWORD` | the login at the destination; else docker's and podman's files serve |
      | `DOCKER_REGISTRY` | which registry that login is for, and the destination where `-d` is not given |
      | `IMAGE_TOOLS_WEBHOOK_SECRET` | what requests of `--webhook` are signed with; else the file of `--webhook-secret-file` |
      """;

  private static final String SETTINGS =
      """

      Kafka's passwords stand in the file of `--command-config`.

      The launcher reads `IMAGE_TOOLS_JAVA` (a java program), `IMAGE_TOOLS_JVM_OPTIONS` (options for it) and
      `IMAGE_TOOLS_NO_CDS` (anything: no class-data sharing).

      ## Settings

      | flag and file | environment | default | commands | means |
      |---|---|---|---|---|
      """;

  private ConfigurationPage() {}

  /** The page. */
  static String of(CommandLine top) {
    Map<String, OptionSpec> options = new TreeMap<>();
    Map<String, Set<String>> commands = new TreeMap<>();
    for (CommandLine command : new LinkedHashSet<>(top.getSubcommands().values())) {
      if (command.getCommand() instanceof HelpCommand
          || command.getCommandSpec().usageMessage().hidden()) {
        continue;
      }
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!option.hidden() && !NO_SETTINGS.contains(option.longestName())) {
          String key = SettingName.of(option).key();
          options.putIfAbsent(key, option);
          commands.computeIfAbsent(key, any -> new LinkedHashSet<>()).add(command.getCommandName());
        }
      }
    }
    List<String> rows = new ArrayList<>();
    options.forEach((key, option) -> rows.add(row(option, commands.getOrDefault(key, Set.of()))));
    return HEAD + SETTINGS + String.join("", rows);
  }

  private static String row(OptionSpec option, Set<String> commands) {
    SettingName name = SettingName.of(option);
    String text =
        Arrays.stream(option.description())
            .map(line -> line.replace("%%", "%").replace("|", "\\|"))
            .collect(Collectors.joining(" "));
    return "| `%s` | `%s` | %s | %s | %s |%n"
        .formatted(
            name.flag(),
            name.variable(),
            option.defaultValue() == null ? "" : "`" + option.defaultValue() + "`",
            String.join(", ", commands),
            text);
  }
}

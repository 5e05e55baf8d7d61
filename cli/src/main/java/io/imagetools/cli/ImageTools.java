package io.imagetools.cli;

import io.imagetools.cli.command.CancelCommand;
import io.imagetools.cli.command.CollectCommand;
import io.imagetools.cli.command.DoctorCommand;
import io.imagetools.cli.command.EnqueueCommand;
import io.imagetools.cli.command.Invocation;
import io.imagetools.cli.command.ManualCommand;
import io.imagetools.cli.command.MirrorCommand;
import io.imagetools.cli.command.PlanCommand;
import io.imagetools.cli.command.RetryCommand;
import io.imagetools.cli.command.StatusCommand;
import io.imagetools.cli.command.WarmUpCommand;
import io.imagetools.cli.command.WorkerCommand;
import io.imagetools.cli.config.Configuration;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.RegistryConverter;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.common.image.Registry;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The program: finds the sub-command, runs it, and turns what it throws into an exit status. */
public final class ImageTools {

  /** They show the others, or load what the others load. */
  private static final Set<String> SPEAK_OF_OTHERS = Set.of("warm-up", "manual", "help");

  private final Streams streams;
  private final Invocation invocation;

  /** With these streams and this environment; tests give others than the process's own. */
  public ImageTools(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.invocation = new Invocation(streams, environment);
  }

  /** Runs one command line; never throws. */
  public int run(String... arguments) {
    return afterOutput(execute(arguments));
  }

  /** Whoever asked for a result and did not get it must not go on as if there were none. */
  private int afterOutput(int status) {
    String lost = streams.lost();
    if (lost == null) {
      return status;
    }
    // Not by the log, which --help and the like never begin.
    streams
        .err()
        .println("image-tools: standard output can't be written, its text is lost: " + lost);
    boolean ended = status == ExitCode.OK.status() || status == ExitCode.FAILURES.status();
    return ended ? ExitCode.ENVIRONMENT.status() : status;
  }

  private int execute(String... arguments) {
    try {
      CommandLine line = commandLine(wanted(arguments));
      new Configuration(List.of(arguments), invocation.environment(), this::commandLine)
          .applyTo(line);
      return line.execute(arguments);
    } catch (Throwable e) { // picocli turns exceptions into a status, but no errors
      return statusOf(new IllegalStateException(e.toString(), e));
    }
  }

  /** The command line's grammar, for its documentation too. */
  CommandLine commandLine() {
    return commandLine(commands());
  }

  /**
   * The commands that the arguments need: looking at the options of all of them takes longer than
   * what most of them do. Whoever speaks of other commands, or of none, gets all.
   */
  private Map<String, Supplier<Object>> wanted(String... arguments) {
    Map<String, Supplier<Object>> all = commands();
    String first = arguments.length == 0 ? "" : arguments[0];
    Supplier<Object> only = SPEAK_OF_OTHERS.contains(first) ? null : all.get(first);
    return only == null ? all : Map.of(first, only);
  }

  private Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>(); // in the order of the help
    commands.put("mirror", () -> new MirrorCommand(invocation));
    commands.put("enqueue", () -> new EnqueueCommand(invocation));
    commands.put("worker", () -> new WorkerCommand(invocation));
    commands.put("collect", () -> new CollectCommand(invocation));
    commands.put("status", () -> new StatusCommand(invocation));
    commands.put("retry", () -> new RetryCommand(invocation));
    commands.put("cancel", () -> new CancelCommand(invocation));
    commands.put("plan", () -> new PlanCommand(invocation));
    commands.put("doctor", () -> new DoctorCommand(invocation));
    commands.put("warm-up", () -> new WarmUpCommand(invocation));
    commands.put("manual", ManualCommand::new);
    commands.put("help", HelpCommand::new);
    return commands;
  }

  private CommandLine commandLine(Map<String, Supplier<Object>> commands) {
    CommandLine line = new CommandLine(new Top());
    commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    Configuration.addOptions(line);
    line.registerConverter(Duration.class, new DurationConverter());
    line.registerConverter(Registry.class, new RegistryConverter());
    line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
    line.setUsageHelpWidth(100);
    line.setAbbreviatedOptionsAllowed(false);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            streams.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExecutionExceptionHandler((failure, command, parsed) -> statusOf(failure));
    return line;
  }

  /** The one place of the process that turns a throwable into an exit status. */
  private static int statusOf(Exception failure) {
    Logger log = LoggerFactory.getLogger(ImageTools.class); // not earlier: --help needs no log
    if (failure instanceof EnvironmentException) {
      log.error("{}", failure.getMessage());
      log.debug("It came from:", failure);
      return ExitCode.ENVIRONMENT.status();
    }
    if (failure instanceof InterruptedException) {
      return ExitCode.INTERRUPTED.status();
    }
    log.error(
        "Something unforeseen: {}. Please report it with the output of the same command and --debug",
        failure.toString());
    log.debug("It came from:", failure);
    return ExitCode.ENVIRONMENT.status();
  }

  @Command(
      name = "image-tools",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      header = "Mirrors container images by the thousand, on a queue that forgets nothing.",
      footerHeading = "%nExit status:%n",
      footer = {
        "  0    everything is mirrored or was there already",
        "  1    something failed or was malformed: see the failed list",
        "  2    the command line is wrong",
        "  3    no broker, no skopeo, no credentials, unreadable list, unwritable output",
        "  130  interrupted",
        "",
        "Most used:  image-tools mirror -f LIST -d REGISTRY -j 20"
      })
  private static final class Top {}
}

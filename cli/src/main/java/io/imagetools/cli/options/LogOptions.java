package io.imagetools.cli.options;

import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import io.imagetools.cli.terminal.Streams;
import picocli.CommandLine.Option;

/** How the log is written. */
public final class LogOptions {

  @Option(
      names = {"-debug", "--debug"},
      description = "Debug log: also what only helps to find a defect, with stack traces.")
  private boolean debug;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json, one line an event, on standard error. Default: text.")
  private LogFormat format = LogFormat.text;

  /** Begins the log as the options say. */
  public void start(Streams streams) {
    Logging.start(streams.err(), streams.colour(), format, debug);
  }
}

package io.imagetools.cli.options;

import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.common.process.ProgramVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How the log is written. */
public final class LogOptions {
  private static final String WHO = "image-tools {} on Java {}";

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

  /** Begins the log as the options say; with --debug, the version comes first. */
  public void start(Streams streams) {
    Logging.start(streams.err(), streams.colour(), format, debug);
    log().debug(WHO, ProgramVersion.current(), System.getProperty("java.version"));
  }

  /** The same for what works long and is read later: the version comes first in any case. */
  public void startWithVersion(Streams streams) {
    Logging.start(streams.err(), streams.colour(), format, debug);
    log().info(WHO, ProgramVersion.current(), System.getProperty("java.version"));
  }

  /** Not before the log has been set up. */
  private static Logger log() {
    return LoggerFactory.getLogger(LogOptions.class);
  }
}

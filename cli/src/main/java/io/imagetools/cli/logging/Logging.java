package io.imagetools.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.imagetools.common.job.LogContext;
import java.io.PrintStream;
import java.time.ZoneId;
import org.slf4j.LoggerFactory;

/**
 * The process's log. Set up once a process, in code: reading a configuration file costs start-up.
 */
public final class Logging {

  /** Libraries say much that means nothing to a person who mirrors images. */
  private static final String OURS = "io.imagetools";

  private static volatile LogOutput output = System.err::println;

  private static volatile boolean jobsSummarised;

  private Logging() {}

  /**
   * Sends everything to a stream.
   *
   * @param colour whether it is a terminal that wants colour
   * @param debug also what is only of use to find a defect, with stack traces
   */
  public static void start(PrintStream err, boolean colour, LogFormat format, boolean debug) {
    LogLine line =
        format == LogFormat.json
            ? new JsonLine()
            : new TextLine(ZoneId.systemDefault(), colour, debug);
    output = err::println;
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Lines lines = new Lines(line);
    lines.setContext(context);
    lines.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(debug ? Level.WARN : Level.OFF);
    root.addAppender(lines);
    context.getLogger(OURS).setLevel(debug ? Level.DEBUG : Level.INFO);
  }

  /** Sends the lines elsewhere from now on; returns where they went until now. */
  public static synchronized LogOutput redirect(LogOutput other) {
    LogOutput before = output;
    output = other;
    return before;
  }

  /**
   * Whether lines about single jobs that go well are left out, since something else counts them.
   */
  public static void summariseJobs(boolean summarise) {
    jobsSummarised = summarise;
  }

  private static boolean isSummarised(ILoggingEvent event) {
    return jobsSummarised
        && event.getLevel().equals(Level.INFO)
        && event.getMDCPropertyMap().containsKey(LogContext.JOB);
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final LogLine line;

    Lines(LogLine line) {
      this.line = line;
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (!isSummarised(event)) {
        output.print(line.of(event));
      }
    }
  }
}

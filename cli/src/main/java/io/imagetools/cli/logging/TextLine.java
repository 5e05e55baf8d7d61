package io.imagetools.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.imagetools.common.job.LogContext;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** {@code 15:04:05 [INFO] [RUN] [M_ID:3] [IMG_ID:1] message}, the original's form. */
final class TextLine implements LogLine {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final ZoneId zone;
  private final boolean colour;
  private final boolean traces;

  TextLine(ZoneId zone, boolean colour, boolean traces) {
    this.zone = zone;
    this.colour = colour;
    this.traces = traces;
  }

  @Override
  public String of(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone)));
    line.append(' ').append(painted(event.getLevel())).append(' ');
    Map<String, String> context = event.getMDCPropertyMap();
    bracket(line, "", context.get(LogContext.RUN));
    bracket(line, "M_ID:", context.get(LogContext.JOB));
    bracket(line, "IMG_ID:", context.get(LogContext.IMAGE));
    line.append(LogLine.oneLine(event.getFormattedMessage()));
    if (event.getThrowableProxy() != null) {
      line.append(" (")
          .append(LogLine.oneLine(String.valueOf(event.getThrowableProxy().getMessage())))
          .append(')');
      if (traces) {
        line.append(System.lineSeparator())
            .append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
    return line.toString();
  }

  private static void bracket(
      StringBuilder line, String label, @org.jspecify.annotations.Nullable String value) {
    if (value != null) {
      line.append('[').append(label).append(LogLine.oneLine(value)).append("] ");
    }
  }

  private String painted(Level level) {
    String name = "[" + level + "]";
    if (!colour) {
      return name;
    }
    String code =
        switch (level.toInt()) {
          case Level.ERROR_INT -> "31";
          case Level.WARN_INT -> "33";
          case Level.INFO_INT -> "36";
          default -> "90";
        };
    return "\u001b[" + code + "m" + name + "\u001b[0m";
  }
}

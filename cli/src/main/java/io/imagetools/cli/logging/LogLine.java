package io.imagetools.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** Renders one event as one line, without its line end. */
interface LogLine {
  String of(ILoggingEvent event);

  /** A message may quote foreign text: whatever could start a new line or drive a terminal goes. */
  static String oneLine(String message) {
    StringBuilder line = new StringBuilder(message.length());
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '\n') {
        line.append(" | ");
      } else if (c == '\t') {
        line.append(' ');
      } else if (!Character.isISOControl(c)) {
        line.append(c);
      }
    }
    return line.toString();
  }
}

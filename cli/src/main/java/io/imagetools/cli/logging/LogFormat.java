package io.imagetools.cli.logging;

/** The forms a log line can have. Lower case, since it is what is typed after --log-format. */
@SuppressWarnings("checkstyle")
public enum LogFormat {
  text,
  json
}

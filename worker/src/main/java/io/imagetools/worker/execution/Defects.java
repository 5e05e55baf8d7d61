package io.imagetools.worker.execution;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Turns whatever an attempt threw into a failure: the one place of the worker that does so. Total.
 */
final class Defects {

  /** Characters of a foreign message that are passed on. */
  static final int MAX_MESSAGE = 600;

  /** Frames of a stack that are passed on. */
  static final int MAX_FRAMES = 8;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private Defects() {}

  /**
   * The failure it was.
   *
   * <p>Memory that ran out is the machine's, not the image's: what the attempt held is free again,
   * and another attempt may find enough. The launcher decides whether such a process goes on at
   * all.
   */
  static MirrorFailure of(Throwable thrown) {
    if (thrown instanceof MirrorFailure failure) {
      return failure;
    }
    FailureKind kind =
        thrown instanceof OutOfMemoryError
            ? FailureKind.WORKER_RESOURCES
            : FailureKind.ENGINE_DEFECT;
    String message = "The engine broke off with " + described(thrown);
    return new MirrorFailure(kind, message, null, frames(thrown), null, thrown);
  }

  /** Its class and its message. */
  static String described(Throwable thrown) {
    return thrown.getClass().getName() + said(thrown);
  }

  private static String said(Throwable thrown) {
    String message;
    try {
      message = thrown.getMessage();
    } catch (RuntimeException | Error e) { // somebody's own getMessage
      return "";
    }
    return message == null || message.isBlank() ? "" : ": " + harmless(message);
  }

  /** One bounded line, without what looks like a secret: nobody else has looked at it. */
  static String harmless(String message) {
    String start =
        message.length() > 4 * MAX_MESSAGE ? message.substring(0, 4 * MAX_MESSAGE) : message;
    String text = CONTROL.matcher(start).replaceAll(" ").strip();
    text = Secrets.leftOut(text);
    return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
  }

  /** Where it was thrown, without anybody's message. */
  static List<String> frames(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace())
        .limit(MAX_FRAMES)
        .map(frame -> "at " + frame)
        .toList();
  }
}

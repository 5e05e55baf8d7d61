package io.imagetools.worker.engine.image;

import io.imagetools.common.job.LogContext;
import io.imagetools.worker.engine.MirrorFailure;
import org.slf4j.MDC;

/** Lets log lines say which of a job's images they are about. */
public final class ImageNumber {

  /** What is done for one image. */
  public interface Action {
    /** Does it. */
    void run() throws MirrorFailure, InterruptedException;
  }

  private ImageNumber() {}

  /** Does it; lines that this thread logs meanwhile have the number, counted from 1. */
  public static void during(int number, Action action) throws MirrorFailure, InterruptedException {
    String before = MDC.get(LogContext.IMAGE);
    MDC.put(LogContext.IMAGE, Integer.toString(number));
    try {
      action.run();
    } finally {
      if (before == null) {
        MDC.remove(LogContext.IMAGE);
      } else {
        MDC.put(LogContext.IMAGE, before);
      }
    }
  }
}

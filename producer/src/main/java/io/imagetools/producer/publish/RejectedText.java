package io.imagetools.producer.publish;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.wire.EventCodec;

/** A rejected line that is too long for a record is cut. */
final class RejectedText {
  /** A record may have 1 MiB; JSON can make six characters of one. */
  static final int MAX_RECORD_BYTES = 1_000_000;

  private RejectedText() {}

  static JobEvent.LineRejected fitting(JobEvent.LineRejected rejected) {
    JobEvent.LineRejected fitting = rejected;
    while (EventCodec.encode(fitting).length > MAX_RECORD_BYTES) {
      String half = fitting.text().substring(0, fitting.text().length() / 2);
      fitting =
          new JobEvent.LineRejected(
              rejected.run(), rejected.line(), half, rejected.reason() + " (cut here)");
    }
    return fitting;
  }
}

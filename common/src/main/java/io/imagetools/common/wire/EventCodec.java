package io.imagetools.common.wire;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.time.Instant;

/**
 * The records of the status topic, an API for other programs: {@code LINE_REJECTED}, {@code
 * JOB_PLANNED}, {@code JOB_STARTED}, {@code JOB_FINISHED}.
 */
public final class EventCodec {
  private static final String LINE_REJECTED = "LINE_REJECTED";
  private static final String JOB_PLANNED = "JOB_PLANNED";
  private static final String JOB_STARTED = "JOB_STARTED";
  private static final String JOB_FINISHED = "JOB_FINISHED";

  private EventCodec() {}

  /**
   * The record's key: {@code RUN/NUMBER}, or {@code RUN/line/LINE}. Compaction keeps the last of a
   * key, which is a job's result.
   */
  public static String key(JobEvent event) {
    if (event instanceof JobEvent.LineRejected rejected) {
      return rejected.run() + "/line/" + rejected.line();
    }
    if (event instanceof JobEvent.Planned planned) {
      return planned.job().id().toString();
    }
    if (event instanceof JobEvent.Started started) {
      return started.job().id().toString();
    }
    return ((JobEvent.Finished) event).result().id().toString();
  }

  /** The record's value. */
  public static byte[] encode(JobEvent event) {
    if (event instanceof JobEvent.LineRejected rejected) {
      return Json.bytes(
          Json.record(LINE_REJECTED)
              .put("run", rejected.run().toString())
              .put("line", rejected.line())
              .put("text", rejected.text())
              .put("reason", rejected.reason()));
    }
    if (event instanceof JobEvent.Planned planned) {
      return Json.bytes(JobCodec.write(Json.record(JOB_PLANNED), planned.job()));
    }
    if (event instanceof JobEvent.Started started) {
      return Json.bytes(
          JobCodec.write(Json.record(JOB_STARTED), started.job())
              .put("worker", started.worker())
              .put("at", started.at().toString())
              .put("delivery", started.delivery()));
    }
    JobEvent.Finished finished = (JobEvent.Finished) event;
    return Json.bytes(ResultFields.write(Json.record(JOB_FINISHED), finished.result()));
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws InvalidRecordException if the bytes are no event, or of a type this version does not
   *     know
   */
  public static JobEvent decode(byte[] value) throws InvalidRecordException {
    Fields fields = Json.read(value);
    String type = fields.string("type");
    return switch (type) {
      case LINE_REJECTED -> {
        RunId run = fields.parsed("run", RunId::new);
        yield new JobEvent.LineRejected(
            run, fields.integer("line"), fields.string("text"), fields.string("reason"));
      }
      case JOB_PLANNED -> new JobEvent.Planned(JobCodec.read(fields));
      case JOB_STARTED -> {
        MirrorJob job = JobCodec.read(fields);
        Instant at = fields.instant("at");
        yield new JobEvent.Started(job, fields.string("worker"), at, fields.integer("delivery"));
      }
      case JOB_FINISHED -> new JobEvent.Finished(ResultFields.read(fields));
      default -> throw new InvalidRecordException("The record is of a type not known here");
    };
  }
}

package io.imagetools.common.wire;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.QueuedJob;
import io.imagetools.common.job.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The records of the jobs topic: {@code "type":"JOB"}. */
public final class JobCodec {
  private static final String TYPE = "JOB";

  private JobCodec() {}

  /** The record's value. */
  public static byte[] encode(MirrorJob job) {
    return Json.bytes(write(Json.record(TYPE), job));
  }

  /** The value of a job that is parked, or comes back from there. */
  public static byte[] encode(MirrorJob job, Parking parking) {
    ObjectNode node = write(Json.record(TYPE), job);
    node.putObject("parking")
        .put("attempts", parking.attempts())
        .put("count", parking.count())
        .put("since", parking.since().toString())
        .put("notBefore", parking.notBefore().toString());
    return Json.bytes(node);
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws InvalidRecordException if the bytes are no job, or one that can't be meant
   */
  public static MirrorJob decode(byte[] value) throws InvalidRecordException {
    return decodeQueued(value).job();
  }

  /**
   * The same with what the job has behind it.
   *
   * @throws InvalidRecordException if the bytes are no job, or one that can't be meant
   */
  public static QueuedJob decodeQueued(byte[] value) throws InvalidRecordException {
    Fields fields = Json.read(value);
    String type = fields.string("type");
    if (!type.equals(TYPE)) {
      throw new InvalidRecordException("The record is of another type than " + TYPE);
    }
    return new QueuedJob(read(fields), parking(fields));
  }

  private static @Nullable Parking parking(Fields job) throws InvalidRecordException {
    Fields fields = job.optionalObject("parking");
    if (fields == null) {
      return null;
    }
    int attempts = fields.integer("attempts");
    int count = fields.integer("count");
    Instant since = fields.instant("since");
    Instant notBefore = fields.instant("notBefore");
    try {
      return new Parking(attempts, count, since, notBefore);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The job was not parked so: " + e.getMessage(), e);
    }
  }

  /** For what only the record around the value can show: why it is no job. */
  public static InvalidRecordException invalid(String sentence) {
    return new InvalidRecordException(sentence);
  }

  static ObjectNode write(ObjectNode node, MirrorJob job) {
    return node.put("run", job.id().run().toString())
        .put("number", job.id().number())
        .put("line", job.line())
        .put("source", job.source().toString())
        .put("destination", job.destination().toString())
        .put("platforms", job.platforms().toString())
        .put("overwrite", job.overwrite())
        .put("referrers", job.referrers());
  }

  static MirrorJob read(Fields fields) throws InvalidRecordException {
    RunId run = fields.parsed("run", RunId::new);
    int number = fields.integer("number");
    int line = fields.integer("line");
    ImageReference source = fields.parsed("source", ImageReference::parse);
    ImageReference destination = fields.parsed("destination", ImageReference::parse);
    PlatformSelector platforms = fields.parsed("platforms", PlatformSelector::parse);
    boolean overwrite = fields.truth("overwrite");
    boolean referrers = fields.optionalTruth("referrers");
    try {
      return new MirrorJob(
          new JobId(run, number), line, source, destination, platforms, overwrite, referrers);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The job is none: " + e.getMessage(), e);
    }
  }
}

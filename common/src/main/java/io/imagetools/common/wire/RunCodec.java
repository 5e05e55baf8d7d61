package io.imagetools.common.wire;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The records of the runs topic: {@code "type":"RUN"}. */
public final class RunCodec {
  private static final String TYPE = "RUN";

  private RunCodec() {}

  /** The record's value. */
  public static byte[] encode(Run run) {
    RunId parent = run.parent();
    return Json.bytes(
        Json.record(TYPE)
            .put("run", run.id().toString())
            .put("createdAt", run.createdAt().toString())
            .put("jobs", run.jobs())
            .put("rejectedLines", run.rejectedLines())
            .put("statusPartition", run.statusPartition())
            .put("statusOffset", run.statusOffset())
            .put("parent", parent == null ? null : parent.toString())
            .put("state", run.state().name()));
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws InvalidRecordException if the bytes are no run
   */
  public static Run decode(byte[] value) throws InvalidRecordException {
    Fields fields = Json.read(value);
    if (!fields.string("type").equals(TYPE)) {
      throw new InvalidRecordException("The record is of another type than " + TYPE);
    }
    RunId id = fields.parsed("run", RunId::new);
    Instant createdAt = fields.instant("createdAt");
    int jobs = fields.integer("jobs");
    int rejectedLines = fields.integer("rejectedLines");
    int partition = fields.integer("statusPartition");
    long offset = fields.longInteger("statusOffset");
    @Nullable RunId parent = fields.optionalParsed("parent", RunId::new);
    Run.State state = fields.parsed("state", Run.State::valueOf);
    try {
      return new Run(id, createdAt, jobs, rejectedLines, partition, offset, parent, state);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The run is none: " + e.getMessage(), e);
    }
  }
}

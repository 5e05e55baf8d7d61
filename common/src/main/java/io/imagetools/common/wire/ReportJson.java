package io.imagetools.common.wire;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import io.imagetools.common.process.ProgramVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

/** The report of a run: everything that is known of it, one JSON object. */
public final class ReportJson {

  private ReportJson() {}

  /**
   * Writes it, job by job, so that a long run takes no memory. Does not close the stream.
   *
   * @throws IOException if the stream can't take it
   */
  public static void write(
      OutputStream out,
      Run run,
      Instant finishedAt,
      List<MirrorResult> results,
      List<JobEvent.LineRejected> rejected)
      throws IOException {
    try (JsonGenerator json = Json.mapper().createGenerator(new Unclosed(out))) {
      json.writeStartObject();
      json.writeNumberProperty("schema", Json.SCHEMA);
      json.writeStringProperty("type", "REPORT");
      json.writeStringProperty("toolVersion", ProgramVersion.current());
      json.writeStringProperty("run", run.id().toString());
      json.writeStringProperty("createdAt", run.createdAt().toString());
      json.writeStringProperty("finishedAt", finishedAt.toString());
      json.writeNumberProperty("jobs", run.jobs());
      json.writeArrayPropertyStart("results");
      for (MirrorResult result : results) {
        json.writeTree(ResultFields.write(Json.object(), result));
        json.writeRaw('\n');
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("rejectedLines");
      for (JobEvent.LineRejected line : rejected) {
        ObjectNode node =
            Json.object()
                .put("line", line.line())
                .put("text", line.text())
                .put("reason", line.reason());
        json.writeTree(node);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (JacksonException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  /** The generator closes what it writes to; the caller has not finished with it. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}

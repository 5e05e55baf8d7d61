package io.imagetools.common.wire;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the codecs write of the samples, by the name of the golden file. */
final class WrittenRecords {

  private WrittenRecords() {}

  static Map<String, byte[]> all() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("job", JobCodec.encode(Samples.JOB));
    all.put("job-parked", JobCodec.encode(Samples.JOB, Samples.PARKING));
    all.put("registry", ConditionCodec.encode(Samples.CONDITION));
    all.put("blob", BlobCodec.encode(Samples.THERE));
    all.put("blob-sending", BlobCodec.encode(Samples.SENDING));
    all.put("run", RunCodec.encode(Samples.OPEN));
    Samples.events().forEach((name, event) -> all.put(name, EventCodec.encode(event)));
    all.put("report", report(List.of(Samples.bareFailure())));
    return all;
  }

  /** With results of all outcomes, so that every field is there. */
  static byte[] wholeReport() {
    return report(
        Samples.events().values().stream()
            .filter(JobEvent.Finished.class::isInstance)
            .map(event -> ((JobEvent.Finished) event).result())
            .toList());
  }

  private static byte[] report(List<MirrorResult> results) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      JobEvent.LineRejected line = (JobEvent.LineRejected) Samples.events().get("line-rejected");
      ReportJson.write(out, Samples.OPEN, Samples.END, results, List.of(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** One schema for all results, whatever their outcome. */
  static String schemaOf(String name) {
    return switch (name) {
      case "job-mirrored", "job-unchanged", "job-failed", "job-cancelled" -> "job-finished";
      case "job-parked" -> "job";
      case "blob-sending" -> "blob";
      default -> name;
    };
  }

  /** Whether our own reader takes these bytes for such a record. */
  static boolean isReadable(String name, byte[] record) {
    try {
      switch (name) {
        case "job", "job-parked" -> JobCodec.decode(record);
        case "blob", "blob-sending" -> BlobCodec.decode(record);
        case "registry" -> ConditionCodec.decode(record);
        case "run" -> RunCodec.decode(record);
        case "report" -> {} // nothing here reads reports
        default -> EventCodec.decode(record);
      }
      return true;
    } catch (InvalidRecordException e) {
      return false;
    }
  }
}

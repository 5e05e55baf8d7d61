package io.imagetools.common.wire;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** What a webhook is told: as versioned and additive as the records are. */
public final class WebhookJson {
  public static final String RUN_FINISHED = "RUN_FINISHED";
  public static final String IMAGE_FAILED = "IMAGE_FAILED";

  private WebhookJson() {}

  /**
   * What became of a run.
   *
   * @param rejectedLines of its list, that no job could be made of
   * @param bytes of all jobs
   */
  public record Totals(
      int mirrored,
      int unchanged,
      int failed,
      int cancelled,
      int rejectedLines,
      ByteCounts bytes) {}

  /** Names the end of a run, however often it is told. */
  public static String idOf(Run run) {
    return run.id() + "/finished";
  }

  /** Names the failure of an image in a run, however often it is told. */
  public static String idOf(MirrorResult result) {
    return result.id() + "/failed";
  }

  /** All jobs of a run have ended. */
  public static byte[] runFinished(Run run, Instant at, Totals totals) {
    ObjectNode node =
        Json.record(RUN_FINISHED)
            .put("id", idOf(run))
            .put("run", run.id().toString())
            .put("createdAt", run.createdAt().toString())
            .put("finishedAt", at.toString())
            .put("jobs", run.jobs())
            .put("mirrored", totals.mirrored())
            .put("unchanged", totals.unchanged())
            .put("failed", totals.failed())
            .put("cancelled", totals.cancelled())
            .put("rejectedLines", totals.rejectedLines());
    node.putObject("bytes")
        .put("copied", totals.bytes().copied())
        .put("mounted", totals.bytes().mounted())
        .put("skipped", totals.bytes().skipped());
    return Json.bytes(node);
  }

  /** An image has failed. */
  public static byte[] imageFailed(MirrorResult result) {
    return Json.bytes(
        ResultFields.write(Json.record(IMAGE_FAILED).put("id", idOf(result)), result));
  }
}

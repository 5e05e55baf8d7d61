package io.imagetools.common.wire;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A result as JSON: the job's fields, and what became of it. */
final class ResultFields {

  private ResultFields() {}

  static ObjectNode write(ObjectNode node, MirrorResult result) {
    JobCodec.write(node, result.job());
    writeOutcome(node, result.outcome());
    node.put("attempts", result.attempts())
        .put("delivery", result.delivery())
        .put("startedAt", result.startedAt().toString())
        .put("finishedAt", result.finishedAt().toString())
        .put("durationMillis", durationMillis(result));
    node.putObject("bytes")
        .put("copied", result.bytes().copied())
        .put("mounted", result.bytes().mounted())
        .put("skipped", result.bytes().skipped());
    node.put("sourceDigest", text(result.sourceDigest()))
        .put("destinationDigest", text(result.destinationDigest()));
    ArrayNode offered = node.putArray("offered");
    result.platforms().forEach(platform -> writePlatform(offered.addObject(), platform));
    ArrayNode missing = node.putArray("missing");
    result.missing().forEach(pattern -> missing.add(pattern.toString()));
    return node.put("worker", result.worker());
  }

  /** Both instants are a worker's; its clock may have been set back in between. */
  private static long durationMillis(MirrorResult result) {
    return Math.max(0, Duration.between(result.startedAt(), result.finishedAt()).toMillis());
  }

  private static @Nullable String text(@Nullable Digest digest) {
    return digest == null ? null : digest.toString();
  }

  private static void writeOutcome(ObjectNode node, Outcome outcome) {
    if (outcome instanceof Outcome.Mirrored) {
      node.put("outcome", "MIRRORED");
    } else if (outcome instanceof Outcome.Unchanged) {
      node.put("outcome", "UNCHANGED");
    } else if (outcome instanceof Outcome.Failed failed) {
      node.put("outcome", "FAILED");
      ObjectNode failure = node.putObject("failure");
      failure.put("kind", failed.kind().name()).put("message", failed.message());
      ArrayNode evidence = failure.putArray("evidence");
      failed.evidence().forEach(evidence::add);
    } else if (outcome instanceof Outcome.Cancelled cancelled) {
      node.put("outcome", "CANCELLED").put("reason", cancelled.reason());
    }
  }

  private static void writePlatform(ObjectNode node, Platform platform) {
    node.put("os", platform.os()).put("architecture", platform.architecture());
    if (!platform.variant().isEmpty()) {
      node.put("variant", platform.variant());
    }
    if (!platform.osVersion().isEmpty()) {
      node.put("osVersion", platform.osVersion());
    }
    if (!platform.osFeatures().isEmpty()) {
      ArrayNode features = node.putArray("osFeatures");
      platform.osFeatures().forEach(features::add);
    }
  }

  static MirrorResult read(Fields fields) throws InvalidRecordException {
    MirrorJob job = JobCodec.read(fields);
    List<PlatformPattern> missing = new ArrayList<>();
    for (String pattern : fields.strings("missing")) {
      try {
        missing.add(PlatformPattern.parse(pattern));
      } catch (IllegalArgumentException e) {
        throw new InvalidRecordException("The field 'missing': " + e.getMessage(), e);
      }
    }
    List<Platform> offered = new ArrayList<>();
    for (Fields platform : fields.objects("offered")) {
      offered.add(readPlatform(platform));
    }
    return new MirrorResult(
        job,
        readOutcome(fields),
        fields.integer("attempts"),
        fields.integer("delivery"),
        fields.instant("startedAt"),
        fields.instant("finishedAt"),
        readBytes(fields.object("bytes")),
        fields.optionalParsed("sourceDigest", Digest::parse),
        fields.optionalParsed("destinationDigest", Digest::parse),
        offered,
        missing,
        fields.string("worker"));
  }

  private static Outcome readOutcome(Fields fields) throws InvalidRecordException {
    return switch (fields.string("outcome")) {
      case "MIRRORED" -> new Outcome.Mirrored();
      case "UNCHANGED" -> new Outcome.Unchanged();
      case "FAILED" -> {
        Fields failure = fields.object("failure");
        FailureKind kind = failure.parsed("kind", ResultFields::kind);
        yield new Outcome.Failed(kind, failure.string("message"), failure.strings("evidence"));
      }
      case "CANCELLED" -> new Outcome.Cancelled(fields.string("reason"));
      default -> throw new InvalidRecordException("The field 'outcome' is none that is known here");
    };
  }

  /** A worker that is newer than this program may name a kind that came later. */
  private static FailureKind kind(String name) {
    try {
      return FailureKind.valueOf(name);
    } catch (IllegalArgumentException e) {
      return FailureKind.ENGINE_DEFECT;
    }
  }

  private static ByteCounts readBytes(Fields bytes) throws InvalidRecordException {
    try {
      return new ByteCounts(
          bytes.longInteger("copied"), bytes.longInteger("mounted"), bytes.longInteger("skipped"));
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The field 'bytes': " + e.getMessage(), e);
    }
  }

  private static Platform readPlatform(Fields platform) throws InvalidRecordException {
    String variant = platform.optionalString("variant");
    String osVersion = platform.optionalString("osVersion");
    return new Platform(
        platform.string("os"),
        platform.string("architecture"),
        variant == null ? "" : variant,
        osVersion == null ? "" : osVersion,
        platform.strings("osFeatures"));
  }
}

package io.imagetools.common.job;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outcome with who, when and what: the record other programs consume.
 *
 * @param job all of the job it answers, so that a result says everything by itself
 * @param outcome how it ended
 * @param attempts how often it was tried by this worker; 0 if it was not even begun
 * @param delivery which delivery of the job it was, counted from 1
 * @param startedAt when this worker took it
 * @param finishedAt when it ended
 * @param bytes what became of the blobs
 * @param sourceDigest of the manifest or index at the source; null if it was never seen
 * @param destinationDigest what the destination serves for the tag; null if it does not
 * @param platforms what the destination tag offers now; empty if unknown
 * @param missing what was asked for and is not in the image
 * @param worker the worker's name
 */
public record MirrorResult(
    MirrorJob job,
    Outcome outcome,
    int attempts,
    int delivery,
    Instant startedAt,
    Instant finishedAt,
    ByteCounts bytes,
    @Nullable Digest sourceDigest,
    @Nullable Digest destinationDigest,
    List<Platform> platforms,
    List<PlatformPattern> missing,
    String worker) {

  /** Copies the lists. */
  public MirrorResult {
    platforms = List.copyOf(platforms);
    missing = List.copyOf(missing);
  }

  /** Whom it answers. */
  public JobId id() {
    return job.id();
  }

  /** Where the job's source is. */
  public ImageReference source() {
    return job.source();
  }
}

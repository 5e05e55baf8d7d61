package io.imagetools.worker.engine;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.job.ByteCounts;
import java.util.List;

/**
 * What an engine did.
 *
 * @param changed whether anything was copied or tagged; false: the destination had it already
 * @param sourceDigest of the manifest or index at the source
 * @param destinationDigest what the destination serves for the tag, seen there
 * @param platforms what the destination tag offers now; empty if the engine need not know
 * @param missing what was asked for and is not in the image
 * @param bytes what became of the blobs
 */
public record MirrorReport(
    boolean changed,
    Digest sourceDigest,
    Digest destinationDigest,
    List<Platform> platforms,
    List<PlatformPattern> missing,
    ByteCounts bytes) {

  /** Copies the lists. */
  public MirrorReport {
    platforms = List.copyOf(platforms);
    missing = List.copyOf(missing);
  }
}

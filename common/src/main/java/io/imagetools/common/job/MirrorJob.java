package io.imagetools.common.job;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;

/**
 * One entry of a list, resolved: what a worker does in one go.
 *
 * @param id run and number
 * @param line of the list it stands on, counted from 1
 * @param source what is copied; a digest in it decides over its tag
 * @param destination where to; it has a tag and no digest
 * @param platforms which of its platforms
 * @param overwrite whether platforms that the destination has already, and that were not selected,
 *     are dropped
 * @param referrers whether what refers to the image comes along: signatures, attestations, lists of
 *     what is in it
 */
public record MirrorJob(
    JobId id,
    int line,
    ImageReference source,
    ImageReference destination,
    PlatformSelector platforms,
    boolean overwrite,
    boolean referrers) {

  /**
   * Validates what the types do not say.
   *
   * @throws IllegalArgumentException if the destination is no tag, or the line is below 1
   */
  public MirrorJob {
    if (destination.tag() == null || destination.digest() != null) {
      throw new IllegalArgumentException(
          "a destination is a tag, without a digest: " + destination);
    }
    if (line < 1) {
      throw new IllegalArgumentException("lines are counted from 1, not " + line);
    }
  }
}

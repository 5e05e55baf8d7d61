package io.imagetools.common.job;

/**
 * What became of the blobs of an image, in bytes.
 *
 * @param copied sent to the destination
 * @param mounted made available there from another of its repositories
 * @param skipped there already
 */
public record ByteCounts(long copied, long mounted, long skipped) {

  /** Nothing moved. */
  public static final ByteCounts NONE = new ByteCounts(0, 0, 0);

  /**
   * Validates the counts.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public ByteCounts {
    if (copied < 0 || mounted < 0 || skipped < 0) {
      throw new IllegalArgumentException("bytes are not negative");
    }
  }

  /** The sums. */
  public ByteCounts plus(ByteCounts other) {
    return new ByteCounts(copied + other.copied, mounted + other.mounted, skipped + other.skipped);
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.job.ByteSize;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Says of a transfer that takes long, from time to time, how far it has got. For one thread. */
final class TransferProgress {

  private final long size;
  private final Duration every;
  private long saidNanos;
  private long saidBytes;

  /**
   * Of a transfer that begins now.
   *
   * @param size in bytes
   * @param every so often
   * @param nowNanos as {@link System#nanoTime}
   */
  TransferProgress(long size, Duration every, long nowNanos) {
    this.size = size;
    this.every = every;
    this.saidNanos = nowNanos;
  }

  /**
   * What is to be said, if it is time: {@code 512.0 MiB of 5.0 GiB (10 %), 12.5 MiB/s}. The rate is
   * that since it was said last; one that fell back to an earlier byte has none.
   *
   * @param bytes that have arrived so far
   */
  Optional<String> at(long nowNanos, long bytes) {
    long past = nowNanos - saidNanos;
    if (past < every.toNanos()) {
      return Optional.empty();
    }
    long rate = (long) (Math.max(0, bytes - saidBytes) * 1e9 / past);
    saidNanos = nowNanos;
    saidBytes = bytes;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s of %s (%d %%), %s/s",
            ByteSize.of(bytes),
            ByteSize.of(size),
            size == 0 ? 100 : (long) (100.0 * bytes / size),
            ByteSize.of(rate)));
  }
}

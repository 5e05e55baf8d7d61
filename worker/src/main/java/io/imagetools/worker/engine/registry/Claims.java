package io.imagetools.worker.engine.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which worker sends which blob, as the records of the blobs topic say it in their order, which is
 * the same for all: the first claim counts, until it is ended or was not renewed for a lease. Not
 * thread-safe.
 */
final class Claims {

  /** More blobs are never on their way; a record is anybody's. */
  static final int MOST = 10_000;

  private final Duration lease;
  private final Map<Turns.Key, Holder> holders = new Bounded();

  /**
   * Who sends a blob.
   *
   * @param stamped when it said so last, by the broker's clock
   * @param heardNanos the same by ours: {@link System#nanoTime} when it was read
   */
  record Holder(String claim, String worker, Instant stamped, long heardNanos) {}

  private static final class Bounded extends LinkedHashMap<Turns.Key, Holder> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Turns.Key, Holder> eldest) {
      return size() > MOST;
    }
  }

  Claims(Duration lease) {
    this.lease = lease;
  }

  /** A worker has said that it sends a blob; whether that counts. */
  boolean sending(Turns.Key key, Holder said) {
    Holder holder = holders.get(key);
    boolean counts =
        holder == null
            || holder.claim().equals(said.claim())
            || said.stamped().isAfter(holder.stamped().plus(lease));
    if (counts) {
      holders.put(key, said);
    }
    return counts;
  }

  /** A worker has said that it does so no longer. */
  void ended(Turns.Key key, String claim) {
    Holder holder = holders.get(key);
    if (holder != null && holder.claim().equals(claim)) {
      holders.remove(key);
    }
  }

  /** Who claimed it last, alive or not; null: nobody, or it has ended. */
  @Nullable Holder holder(Turns.Key key) {
    return holders.get(key);
  }

  /** Who sends it, unless nothing was heard of that for a lease. */
  Optional<Holder> live(Turns.Key key, long nowNanos) {
    return Optional.ofNullable(holders.get(key)).filter(holder -> leftNanos(holder, nowNanos) > 0);
  }

  /** How long it counts if nothing more is heard. */
  long leftNanos(Holder holder, long nowNanos) {
    return lease.toNanos() - (nowNanos - holder.heardNanos());
  }
}

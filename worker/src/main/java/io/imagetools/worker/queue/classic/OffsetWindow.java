package io.imagetools.worker.queue.classic;

import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of one partition from its committed offset on: which offsets were taken and are not
 * finished, which are finished, and how often each was begun. Offsets come in ascending order and
 * end in any; those that do not exist are passed over. Used by one thread.
 */
final class OffsetWindow {
  private final NavigableSet<Long> open = new TreeSet<>();
  private final OffsetRanges finished = new OffsetRanges();
  private final TreeMap<Long, Integer> starts = new TreeMap<>();
  private long next;

  /**
   * As it was committed.
   *
   * @param committed the lowest offset that is not finished; 0 if nobody ever committed
   * @param metadata of the commit
   */
  OffsetWindow(long committed, String metadata) {
    next = committed;
    CommitMetadata.decode(committed, metadata, starts, finished);
  }

  /** The record at this offset has come; false: it is finished, or was taken already. */
  boolean take(long offset) {
    if (open.contains(offset)) {
      return false;
    }
    if (offset < next) {
      // Offsets never come twice unless the log is another than the one that was committed.
      finished.clear();
      starts.clear();
    }
    next = offset + 1;
    if (finished.contains(offset)) {
      forgetWhatIsBehind();
      return false;
    }
    return open.add(offset);
  }

  /** Counts a start of it; which one it is, from 1. */
  int begin(long offset) {
    return starts.merge(offset, 1, Integer::sum);
  }

  /** How often it was begun. */
  int starts(long offset) {
    return starts.getOrDefault(offset, 0);
  }

  /** A start that says nothing against the job: its worker lived on. */
  void forgive(long offset) {
    starts.computeIfPresent(offset, (key, count) -> count > 1 ? count - 1 : null);
  }

  /** Nobody needs to begin it again. */
  void finish(long offset) {
    open.remove(offset);
    starts.remove(offset);
    finished.add(offset);
    forgetWhatIsBehind();
  }

  private void forgetWhatIsBehind() {
    finished.dropBelow(committable());
    starts.headMap(committable()).clear();
  }

  /** Whether it was taken and is not finished. */
  boolean isOpen(long offset) {
    return open.contains(offset);
  }

  /** All below it are finished. */
  long committable() {
    return open.isEmpty() ? next : open.first();
  }

  /** What else is known, in at most so many characters. */
  String metadata(int limit) {
    return CommitMetadata.encode(committable(), starts, finished, limit);
  }
}

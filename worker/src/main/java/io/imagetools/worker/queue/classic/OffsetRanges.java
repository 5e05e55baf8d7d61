package io.imagetools.worker.queue.classic;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** A set of offsets, small where they are neighbours. Used by one thread. */
final class OffsetRanges {
  /** First offset → the one behind the last. Neither overlapping nor touching. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  void add(long offset) {
    add(offset, offset + 1);
  }

  /** Adds those from the first up to, not including, the end. */
  void add(long first, long end) {
    long from = first;
    long to = end;
    Map.Entry<Long, Long> near = ranges.floorEntry(to);
    while (near != null && near.getValue() >= from) {
      from = Math.min(from, near.getKey());
      to = Math.max(to, near.getValue());
      ranges.remove(near.getKey());
      near = ranges.floorEntry(to);
    }
    ranges.put(from, to);
  }

  boolean contains(long offset) {
    Map.Entry<Long, Long> near = ranges.floorEntry(offset);
    return near != null && near.getValue() > offset;
  }

  /** Forgets all below it. */
  void dropBelow(long offset) {
    Map.Entry<Long, Long> cut = ranges.lowerEntry(offset);
    ranges.headMap(offset).clear();
    if (cut != null && cut.getValue() > offset) {
      ranges.put(offset, cut.getValue());
    }
  }

  void clear() {
    ranges.clear();
  }

  /** Hands out first and end of each range, lowest first, until the visitor has had enough. */
  void visit(BiPredicate<Long, Long> visitor) {
    for (Map.Entry<Long, Long> range : ranges.entrySet()) {
      if (!visitor.test(range.getKey(), range.getValue())) {
        return;
      }
    }
  }
}

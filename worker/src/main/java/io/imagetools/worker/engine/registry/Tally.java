package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.ByteCounts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the blobs of one job, each once. Thread-safe. */
final class Tally {

  private final Map<Digest, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Fate fate, long bytes) {}

  /** Notes a blob; one that was seen and had to be sent after all was sent. */
  void note(Digest blob, long bytes, Fate fate) {
    entries.merge(
        blob,
        new Entry(fate, bytes),
        (before, now) -> now.fate().compareTo(before.fate()) < 0 ? now : before);
  }

  ByteCounts bytes() {
    return new ByteCounts(sum(Fate.COPIED), sum(Fate.MOUNTED), sum(Fate.SKIPPED));
  }

  private long sum(Fate fate) {
    return entries.values().stream()
        .filter(entry -> entry.fate() == fate)
        .mapToLong(Entry::bytes)
        .sum();
  }
}

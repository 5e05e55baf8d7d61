package io.imagetools.it;

import io.imagetools.worker.queue.JobHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which part of its slots' time a queue uses, once it uses all of them and while jobs wait: neither
 * the time in which slots join counts nor the last jobs. Thread-safe.
 */
final class SlotTimes {
  private record Span(long begin, long end) {
    long within(long from, long to) {
      return Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }
  }

  private final int slots;
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicLong full = new AtomicLong();
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  SlotTimes(int slots) {
    this.slots = slots;
  }

  /** The same handler, watched. */
  JobHandler of(JobHandler handler) {
    return delivery -> {
      long begin = System.nanoTime();
      if (now.incrementAndGet() == slots) {
        full.compareAndSet(0, begin);
      }
      try {
        return handler.handle(delivery);
      } finally {
        now.decrementAndGet();
        spans.add(new Span(begin, System.nanoTime()));
      }
    };
  }

  /** 1 if no slot stood idle; 0 if there was no moment at which all were used. */
  double used() {
    long from = full.get();
    long to = spans.stream().mapToLong(Span::begin).max().orElse(from);
    if (from == 0) {
      return 0;
    }
    long work = spans.stream().mapToLong(span -> span.within(from, to)).sum();
    return to == from ? 1 : (double) work / slots / (to - from);
  }
}

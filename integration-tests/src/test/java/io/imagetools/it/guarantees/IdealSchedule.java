package io.imagetools.it.guarantees;

import io.imagetools.it.guarantees.History.Span;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What a queue without any cost would need: whichever slot is free takes the next job at once, and
 * a job whose worker goes is handed to the next free slot in that moment.
 */
final class IdealSchedule {
  private record Slot(long free, long until) {}

  private record Waiting(Duration length, long since) {}

  private final PriorityQueue<Slot> slots =
      new PriorityQueue<>(Comparator.comparingLong(Slot::free));
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final long begin;

  /**
   * For one run.
   *
   * @param begin when its jobs were there, in milliseconds
   */
  IdealSchedule(Workload workload, List<Span> spans, int slotsOfWorker, long begin) {
    this.begin = begin;
    workload.lengths().forEach(length -> waiting.add(new Waiting(length, begin)));
    long end = spans.stream().mapToLong(Span::to).max().orElse(begin);
    for (Span span : spans) {
      // Whoever is there in the end would have stayed.
      long until = span.to() == end ? Long.MAX_VALUE : span.to();
      for (int i = 0; i < slotsOfWorker; i++) {
        slots.add(new Slot(Math.max(begin, span.from()), until));
      }
    }
  }

  Duration makespan() {
    long last = begin;
    while (!waiting.isEmpty() && !slots.isEmpty()) {
      Slot slot = slots.remove();
      Waiting next = waiting.remove();
      long start = Math.max(slot.free(), next.since());
      long end = start + next.length().toMillis();
      if (start >= slot.until()) {
        waiting.addFirst(next);
      } else if (end > slot.until()) {
        waiting.addFirst(new Waiting(next.length(), slot.until()));
      } else {
        last = Math.max(last, end);
        slots.add(new Slot(end, slot.until()));
      }
    }
    return Duration.ofMillis(last - begin);
  }
}

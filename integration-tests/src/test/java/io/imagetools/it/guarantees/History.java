package io.imagetools.it.guarantees;

import io.imagetools.it.guarantees.Journal.Entry;
import io.imagetools.it.guarantees.Journal.What;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happened in a run.
 *
 * @param entries in the order of their time
 */
record History(List<Entry> entries) {

  /** A time in which a worker had its slots, or stood still; from and to in milliseconds. */
  record Span(String worker, long from, long to) {

    /** How much of it lies between these, in milliseconds. */
    long within(long begin, long end) {
      return Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }
  }

  /**
   * One start of a job.
   *
   * @param end when it ended or was cut short; the end of the history if neither is known
   * @param how {@code END}, {@code STOPPED}, {@code KILLED}, or {@code BEGIN} for one without end
   */
  record Start(String worker, int job, long begin, long end, What how) {}

  History {
    entries = entries.stream().sorted(Comparator.comparingLong(Entry::millis)).toList();
  }

  long end() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).millis();
  }

  Set<Integer> finished() {
    return numbers(What.END);
  }

  Set<Integer> begun() {
    return numbers(What.BEGIN);
  }

  private Set<Integer> numbers(What what) {
    Set<Integer> numbers = new HashSet<>();
    entries.stream().filter(e -> e.what() == what).forEach(e -> numbers.add(e.job()));
    return numbers;
  }

  /** The times at which something happened to somebody. */
  List<Entry> of(What... whats) {
    List<What> wanted = List.of(whats);
    return entries.stream().filter(e -> wanted.contains(e.what())).toList();
  }

  /** The times in which a worker or the broker stood still. */
  List<Span> stalls() {
    return of(What.STALLED).stream()
        .map(e -> new Span(e.who(), e.millis() - e.job(), e.millis()))
        .toList();
  }

  /** Those of whom no scenario stopped. */
  List<Span> accidents() {
    List<String> stopped = of(What.FROZEN, What.GONE).stream().map(Entry::who).toList();
    return stalls().stream().filter(stall -> !stopped.contains(stall.worker())).toList();
  }

  List<Span> spans() {
    Map<String, Long> open = new HashMap<>();
    List<Span> spans = new ArrayList<>();
    for (Entry entry : entries) {
      switch (entry.what()) {
        case UP, THAWED -> open.put(entry.who(), entry.millis());
        case DOWN, KILLED, FROZEN -> {
          Long from = open.remove(entry.who());
          if (from != null) {
            spans.add(new Span(entry.who(), from, entry.millis()));
          }
        }
        default -> {}
      }
    }
    open.forEach((worker, from) -> spans.add(new Span(worker, from, end())));
    return spans;
  }

  List<Start> starts() {
    Map<String, Entry> open = new HashMap<>();
    List<Start> starts = new ArrayList<>();
    for (Entry entry : entries) {
      switch (entry.what()) {
        case BEGIN -> open.put(key(entry), entry);
        case END, STOPPED -> {
          Entry begin = open.remove(key(entry));
          if (begin != null) {
            starts.add(start(begin, entry.millis(), entry.what()));
          }
        }
        case KILLED -> {
          List<Entry> cut =
              open.values().stream().filter(b -> b.who().equals(entry.who())).toList();
          cut.forEach(begin -> open.remove(key(begin)));
          cut.forEach(begin -> starts.add(start(begin, entry.millis(), What.KILLED)));
        }
        default -> {}
      }
    }
    open.values().forEach(begin -> starts.add(start(begin, end(), What.BEGIN)));
    starts.sort(Comparator.comparingLong(Start::begin));
    return starts;
  }

  private static String key(Entry entry) {
    return entry.who() + "/" + entry.job();
  }

  private static Start start(Entry begin, long end, What how) {
    return new Start(begin.who(), begin.job(), begin.millis(), end, how);
  }
}

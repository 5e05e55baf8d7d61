package io.imagetools.it.guarantees;

import io.imagetools.it.guarantees.History.Span;
import io.imagetools.it.guarantees.History.Start;
import io.imagetools.it.guarantees.Journal.Entry;
import io.imagetools.it.guarantees.Journal.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be counted and measured in a history. */
final class Figures {
  /** A job that ended so shortly before its worker went may not have been acknowledged. */
  private static final long LAST_WORDS = 3_000;

  /** Clients of a broker that is back find that out so late. */
  private static final long AFTERWARDS = 10_000;

  private final History history;
  private final List<Start> starts;
  private int repeated;
  private int cutOff;
  private int begunAgain;

  Figures(History history) {
    this.history = history;
    this.starts = history.starts();
    countRepetitions();
  }

  private void countRepetitions() {
    Map<Integer, Start> finished = new HashMap<>();
    Map<Integer, Start> begun = new HashMap<>();
    for (Start start : starts) {
      Start before = finished.get(start.job());
      if (before != null && before.end() <= start.begin()) {
        if (wasCutOff(before) || hadBeenTaken(start)) {
          cutOff++;
        } else {
          repeated++;
        }
      } else if (begun.containsKey(start.job())) {
        begunAgain++;
      }
      begun.putIfAbsent(start.job(), start);
      if (start.how() == What.END) {
        finished.merge(start.job(), start, (a, b) -> a.end() <= b.end() ? a : b);
      }
    }
  }

  /** Whether the trouble was about that worker, or the broker, when it finished that job. */
  private boolean wasCutOff(Start start) {
    return around(start, start.worker(), What.KILLED, What.KILLED)
        || around(start, start.worker(), What.FROZEN, What.THAWED)
        || around(start, Journal.BROKER, What.GONE, What.BACK);
  }

  /** A worker that was frozen between taking a job and beginning it begins it when it goes on. */
  private boolean hadBeenTaken(Start start) {
    return history.of(What.THAWED).stream()
        .filter(thawed -> thawed.who().equals(start.worker()))
        .anyMatch(
            thawed ->
                start.begin() >= thawed.millis() && start.begin() <= thawed.millis() + AFTERWARDS);
  }

  private boolean around(Start start, String who, What from, What to) {
    List<Entry> all = history.of(from, to).stream().filter(e -> e.who().equals(who)).toList();
    return !all.isEmpty()
        && start.end() >= all.get(0).millis() - LAST_WORDS
        && start.end() <= all.get(all.size() - 1).millis() + AFTERWARDS;
  }

  int repeated() {
    return repeated;
  }

  int cutOff() {
    return cutOff;
  }

  int begunAgain() {
    return begunAgain;
  }

  /** How long each job that was cut off waited for its next begin; ascending. */
  List<Duration> redeliveries() {
    List<Duration> waits = new ArrayList<>();
    for (Start start : starts) {
      long cut = cutAt(start);
      starts.stream()
          .filter(next -> next.job() == start.job() && next.begin() >= cut && cut > 0)
          .findFirst()
          .ifPresent(next -> waits.add(Duration.ofMillis(next.begin() - cut)));
    }
    history.of(What.BACK).stream()
        .flatMap(back -> starts.stream().filter(s -> s.begin() >= back.millis()).limit(1))
        .forEach(
            s -> waits.add(Duration.ofMillis(s.begin() - history.of(What.BACK).get(0).millis())));
    return waits.stream().sorted().toList();
  }

  private long cutAt(Start start) {
    if (start.how() == What.KILLED || start.how() == What.STOPPED) {
      return frozenIn(start) > 0 ? frozenIn(start) : start.end();
    }
    return frozenIn(start);
  }

  private long frozenIn(Start start) {
    return history.of(What.FROZEN).stream()
        .filter(e -> e.who().equals(start.worker()))
        .mapToLong(Entry::millis)
        .filter(at -> at >= start.begin() && at <= start.end())
        .findFirst()
        .orElse(0);
  }

  /** Which part of the slots' time was work, from the first begin until no job waited. */
  double slotsBusy(int slotsOfWorker) {
    Map<Integer, Long> first = new HashMap<>();
    starts.forEach(start -> first.putIfAbsent(start.job(), start.begin()));
    long from = first.values().stream().mapToLong(n -> n).min().orElse(0);
    long to = first.values().stream().mapToLong(n -> n).max().orElse(0);
    List<Span> spans = history.spans();
    long there =
        spans.stream().mapToLong(s -> overlap(s.from(), s.to(), from, to)).sum() * slotsOfWorker;
    long work = 0;
    for (Start start : starts) {
      for (Span span : spans) {
        if (span.worker().equals(start.worker())) {
          long begin = Math.max(start.begin(), span.from());
          work += overlap(begin, Math.min(start.end(), span.to()), from, to);
        }
      }
    }
    return there == 0 ? 0 : (double) work / there;
  }

  private static long overlap(long from, long to, long begin, long end) {
    return Math.max(0, Math.min(to, end) - Math.max(from, begin));
  }

  /** When the last job had been finished for the first time, in milliseconds. */
  long lastFinish() {
    Map<Integer, Long> ends = new HashMap<>();
    history.of(What.END).forEach(e -> ends.putIfAbsent(e.job(), e.millis()));
    return ends.values().stream().mapToLong(n -> n).max().orElse(history.end());
  }
}

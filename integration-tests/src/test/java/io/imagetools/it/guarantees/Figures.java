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
  private final History history;
  private final List<Start> starts;

  Figures(History history) {
    this.history = history;
    this.starts = history.starts();
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
    Span waiting = whileJobsWaited();
    List<Span> spans = history.spans();
    long there =
        spans.stream().mapToLong(s -> s.within(waiting.from(), waiting.to())).sum() * slotsOfWorker;
    long work = 0;
    for (Start start : starts) {
      for (Span span : spans) {
        if (span.worker().equals(start.worker())) {
          long begin = Math.max(start.begin(), waiting.from());
          work += span.within(begin, Math.min(start.end(), waiting.to()));
        }
      }
    }
    return there == 0 ? 0 : (double) work / there;
  }

  /**
   * For which part of that time one of the workers or the broker stood still by accident; of the
   * worst.
   */
  double stoodStill() {
    Span waiting = whileJobsWaited();
    Map<String, Long> still = new HashMap<>();
    for (Span stall : history.accidents()) {
      still.merge(stall.worker(), stall.within(waiting.from(), waiting.to()), Long::sum);
    }
    long worst = still.values().stream().mapToLong(n -> n).max().orElse(0);
    return worst == 0 ? 0 : (double) worst / (waiting.to() - waiting.from());
  }

  private Span whileJobsWaited() {
    Map<Integer, Long> first = new HashMap<>();
    starts.forEach(start -> first.putIfAbsent(start.job(), start.begin()));
    return new Span(
        "",
        first.values().stream().mapToLong(n -> n).min().orElse(0),
        first.values().stream().mapToLong(n -> n).max().orElse(0));
  }

  /** When the last job had been finished for the first time, in milliseconds. */
  long lastFinish() {
    Map<Integer, Long> ends = new HashMap<>();
    history.of(What.END).forEach(e -> ends.putIfAbsent(e.job(), e.millis()));
    return ends.values().stream().mapToLong(n -> n).max().orElse(history.end());
  }
}

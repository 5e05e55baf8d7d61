package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.QueueMode;
import io.imagetools.it.guarantees.History.Span;
import io.imagetools.it.guarantees.History.Start;
import io.imagetools.it.guarantees.Journal.Entry;
import io.imagetools.it.guarantees.Journal.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Begins of jobs that had been begun before, each counted by what the journal says it comes from.
 */
final class Repetitions {
  /** A job that ended so shortly before its worker went may not have been acknowledged. */
  private static final long LAST_WORDS = 3_000;

  /** Clients of a broker that is back find that out so late. */
  private static final long AFTERWARDS = 10_000;

  /** A worker begins to join a group so long before it says that it is up. */
  private static final long JOINING = 10_000;

  /** So long after a worker came or went, and its session, all partitions have moved. */
  private static final long MOVING = 30_000;

  /** Renewals and heartbeats come three and four times in a lock or a session. */
  private static final int TOO_LATE = 4;

  private static final Set<What> STORY = EnumSet.of(What.BEGIN, What.END, What.STOPPED);

  private final History history;
  private final QueueMode queue;
  private final long hold;
  private final Map<Integer, Start> first = new HashMap<>();
  private final Map<Integer, Start> finished = new HashMap<>();
  private final List<String> repeated = new ArrayList<>();
  private int cutOff;
  private int moved;
  private int begunAgain;

  /**
   * Counts them.
   *
   * @param hold the lock or the session: a process that stands still for a quarter of it, in one go
   *     or in several within its time, may lose what it holds. A share group puts what was lost
   *     several times on the queue anew, so that it comes again much later, and a worker may lose
   *     what it has not begun, which no line says: so it counts whoever it was, from the submission
   */
  Repetitions(History history, QueueMode queue, Duration hold) {
    this.history = history;
    this.queue = queue;
    this.hold = hold.toMillis();
    history.starts().forEach(this::count);
  }

  private void count(Start start) {
    Start before = finished.get(start.job());
    if (before != null && before.end() <= start.begin()) {
      countFinished(before, start);
    } else if (first.containsKey(start.job())) {
      begunAgain++;
    }
    first.putIfAbsent(start.job(), start);
    if (start.how() == What.END) {
      finished.merge(start.job(), start, (a, b) -> a.end() <= b.end() ? a : b);
    }
  }

  private void countFinished(Start before, Start start) {
    long begin = first.getOrDefault(start.job(), before).begin();
    if (wasCutOff(before) || hadBeenTaken(start) || stoodStill(start.begin())) {
      cutOff++;
    } else if (queue == QueueMode.CLASSIC && somebodyCameOrWent(begin, start.begin())) {
      moved++;
    } else {
      repeated.add(story(start.job()));
    }
  }

  /** All that the journal says of a job, for whoever looks for the reason. */
  private String story(int job) {
    return history.entries().stream()
        .filter(e -> e.job() == job && STORY.contains(e.what()))
        .map(e -> e.millis() + " " + e.who() + " " + e.what())
        .collect(Collectors.joining(", ", "job " + job + ": ", ""));
  }

  /** Whether the trouble was about that worker, or the broker, when it finished that job. */
  private boolean wasCutOff(Start start) {
    return around(start, start.worker(), What.KILLED, What.KILLED)
        || around(start, start.worker(), What.FROZEN, What.THAWED)
        || around(start, Journal.BROKER, What.GONE, What.BACK);
  }

  private boolean around(Start start, String who, What from, What to) {
    List<Entry> all = history.of(from, to).stream().filter(e -> e.who().equals(who)).toList();
    return !all.isEmpty()
        && start.end() >= all.get(0).millis() - LAST_WORDS
        && start.end() <= all.get(all.size() - 1).millis() + AFTERWARDS;
  }

  /** A worker that was frozen between taking a job and beginning it begins it when it goes on. */
  private boolean hadBeenTaken(Start start) {
    return history.of(What.THAWED).stream()
        .filter(thawed -> thawed.who().equals(start.worker()))
        .anyMatch(
            thawed ->
                start.begin() >= thawed.millis() && start.begin() <= thawed.millis() + AFTERWARDS);
  }

  /** Whether somebody who may have had the job, or the broker, could not keep it: by the clock. */
  private boolean stoodStill(long again) {
    List<Span> stalls = history.stalls();
    long from = history.of(What.SUBMITTED).stream().mapToLong(Entry::millis).min().orElse(0);
    return stalls.stream()
        .filter(last -> last.to() >= from && last.from() <= again)
        .mapToLong(
            last -> stalls.stream().mapToLong(s -> s.within(last.to() - hold, last.to())).sum())
        .anyMatch(sum -> sum >= hold / TOO_LATE);
  }

  private boolean somebodyCameOrWent(long begin, long again) {
    return history
        .of(What.UP, What.DOWN, What.KILLED, What.FROZEN, What.THAWED, What.GONE, What.BACK)
        .stream()
        .mapToLong(Entry::millis)
        .anyMatch(at -> again >= at - JOINING && begin <= at + hold + MOVING);
  }

  /** Those with no excuse, each with its job's story. */
  List<String> repeated() {
    return List.copyOf(repeated);
  }

  int cutOff() {
    return cutOff;
  }

  int moved() {
    return moved;
  }

  int begunAgain() {
    return begunAgain;
  }
}

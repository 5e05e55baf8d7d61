package io.imagetools.collector.ledger;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a run by number, counted from 1. It grows with the highest number seen, so that a run
 * that claims a thousand million jobs takes no memory for them.
 */
final class JobTable {
  private static final Comparator<MirrorJob> BY_TEXT = Comparator.comparing(MirrorJob::toString);

  /** The later result counts; what follows only makes any two results comparable. */
  private static final Comparator<MirrorResult> BY_TIME =
      Comparator.comparing(MirrorResult::finishedAt)
          .thenComparing(MirrorResult::delivery)
          .thenComparing(MirrorResult::attempts)
          .thenComparing(MirrorResult::toString);

  private final BitSet started = new BitSet();
  private @Nullable MirrorJob[] jobs = new MirrorJob[16];
  private @Nullable MirrorResult[] results = new MirrorResult[16];
  private int known;

  /** One above the highest number seen. */
  private int end = 1;

  /** How many jobs are known by name. */
  int known() {
    return known;
  }

  Standing standing(int number) {
    MirrorResult result = result(number);
    if (result != null) {
      return Standing.of(result);
    }
    return started.get(number) ? Standing.RUNNING : Standing.WAITING;
  }

  @Nullable MirrorResult result(int number) {
    return number < end ? results[number] : null;
  }

  /** The job as its result has it, else as it was planned; null if nothing is known of it. */
  @Nullable MirrorJob job(int number) {
    MirrorResult result = result(number);
    if (result != null) {
      return result.job();
    }
    return number < end ? jobs[number] : null;
  }

  /** The jobs that are known and stand so, in order. */
  List<MirrorJob> jobs(Predicate<Standing> wanted) {
    List<MirrorJob> found = new ArrayList<>();
    for (int number = 1; number < end; number++) {
      MirrorJob job = job(number);
      if (job != null && wanted.test(standing(number))) {
        found.add(job);
      }
    }
    return found;
  }

  /** All results, in order. */
  List<MirrorResult> results() {
    List<MirrorResult> found = new ArrayList<>();
    for (int number = 1; number < end; number++) {
      MirrorResult result = results[number];
      if (result != null) {
        found.add(result);
      }
    }
    return found;
  }

  /** Returns whether that is news. */
  boolean putJob(MirrorJob job) {
    int number = job.id().number();
    grow(number);
    MirrorJob old = jobs[number];
    if (old == null) {
      known++;
    } else if (old.equals(job) || BY_TEXT.compare(old, job) > 0) {
      return false;
    }
    jobs[number] = job;
    return true;
  }

  /** Returns whether that is news. */
  boolean putStarted(int number) {
    boolean old = started.get(number);
    started.set(number);
    return !old;
  }

  /** Returns whether it counts more than what was known. */
  boolean putResult(MirrorResult result) {
    int number = result.id().number();
    MirrorResult old = results[number];
    if (old != null && !countsMore(result, old)) {
      return false;
    }
    results[number] = result;
    return true;
  }

  private static boolean countsMore(MirrorResult result, MirrorResult old) {
    int byStanding = Standing.of(result).compareTo(Standing.of(old));
    return byStanding > 0 || byStanding == 0 && BY_TIME.compare(result, old) > 0;
  }

  /** The job that is stored under that number, so that what is equal to it need not be stored. */
  @Nullable MirrorJob stored(int number) {
    return jobs[number];
  }

  private void grow(int number) {
    if (number >= jobs.length) {
      int length = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(number + 1L, 2L * jobs.length));
      jobs = Arrays.copyOf(jobs, length);
      results = Arrays.copyOf(results, length);
    }
    end = Math.max(end, number + 1);
  }
}

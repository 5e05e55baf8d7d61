package io.imagetools.collector.ledger;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.MirrorResult;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sums over all jobs, kept up with each change. */
final class Tally {
  private final Map<Standing, Integer> jobs = new EnumMap<>(Standing.class);

  // Sums that wrap around come back when the result that made them wrap is replaced.
  private long copied;
  private long mounted;
  private long skipped;

  Tally(int total) {
    jobs.put(Standing.WAITING, total);
  }

  void move(Standing from, Standing to) {
    jobs.merge(from, -1, Integer::sum);
    jobs.merge(to, 1, Integer::sum);
  }

  void replace(@Nullable MirrorResult old, MirrorResult now) {
    if (old != null) {
      add(old.bytes(), -1);
    }
    add(now.bytes(), 1);
  }

  private void add(ByteCounts bytes, int sign) {
    copied += sign * bytes.copied();
    mounted += sign * bytes.mounted();
    skipped += sign * bytes.skipped();
  }

  int of(Standing standing) {
    return jobs.getOrDefault(standing, 0);
  }

  ByteCounts bytes() {
    return new ByteCounts(shown(copied), shown(mounted), shown(skipped));
  }

  private static long shown(long sum) {
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}

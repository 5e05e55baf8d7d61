package io.imagetools.cli.metrics;

import io.imagetools.common.process.Check;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The last answer of the checks, asked anew when it is old. Probes come every few seconds from
 * several sides, and a check of a broker that is away takes seconds itself. Thread-safe.
 */
final class Readiness {
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Supplier<List<Check>> checks;

  /** Guarded by this, as the next. */
  private List<Check> last = List.of();

  private long lookedAt = System.nanoTime() - 2 * FRESH.toNanos();

  Readiness(Supplier<List<Check>> checks) {
    this.checks = checks;
  }

  synchronized List<Check> look() {
    if (System.nanoTime() - lookedAt > FRESH.toNanos()) {
      try {
        last = List.copyOf(checks.get());
      } catch (RuntimeException e) { // whatever it is, it is an answer
        last = List.of(Check.failed("checks", "they failed: " + e, ""));
      }
      lookedAt = System.nanoTime();
    }
    return last;
  }
}

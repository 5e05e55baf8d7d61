package io.imagetools.worker.execution;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.job.RegistryCondition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which registries want to be left alone, and until when: as they said to this worker, or to
 * another one that told. Nothing here outlasts its time, and nothing that others say counts for
 * longer than a registry may ask for. Thread-safe; one for all slots of a worker.
 */
public final class RegistryLimits {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryLimits.class);

  /** Lists name few registries, but a record is anybody's. */
  static final int MOST_REGISTRIES = 256;

  /** Two clocks may differ by so much; what was learned later than that was made up. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** A budget that is used up is looked at no sooner. */
  static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);

  /** What is known already need not be told for less. */
  private static final Duration NEWS = Duration.ofSeconds(1);

  private final Clock clock;
  private final Duration longest;
  private final String worker;

  /** Guarded by this. */
  private final Map<Registry, Instant> until = new HashMap<>();

  private volatile Consumer<RegistryCondition> listener = condition -> {};

  /**
   * Nothing is known yet.
   *
   * @param longest what a registry may ask for
   * @param worker the name of this one
   */
  public RegistryLimits(Clock clock, Duration longest, String worker) {
    this.clock = clock;
    this.longest = longest;
    this.worker = worker;
  }

  /**
   * Tells somebody what is learned here from now on.
   *
   * @param told must not block and not throw
   */
  public void tell(Consumer<RegistryCondition> told) {
    listener = told;
  }

  /** A registry has answered that it wants no requests for so long. */
  public void refused(Registry registry, Duration retryAfter) {
    learn(new RegistryCondition(registry, in(retryAfter), null, worker, clock.instant()));
  }

  /**
   * A registry has said what remains. If nothing does, it is left alone for as long as one request
   * of its budget takes to grow again: it does not say when the window began.
   */
  public void said(Registry registry, RegistryBudget budget) {
    if (budget.remaining() > 0) {
      return;
    }
    Duration one = budget.window().dividedBy(budget.limit());
    Duration pause = one.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : one;
    learn(new RegistryCondition(registry, in(pause), budget, worker, clock.instant()));
  }

  private Instant in(Duration pause) {
    return clock.instant().plus(pause.compareTo(longest) < 0 ? pause : longest);
  }

  private void learn(RegistryCondition condition) {
    if (extend(condition.registry(), condition.notBefore())) {
      LOG.warn(
          "{} wants to be left alone until {} ({}); no image is begun with it before that",
          condition.registry(),
          condition.notBefore(),
          condition.budget() == null ? "it said so" : "its budget is used up");
      listener.accept(condition);
    }
  }

  /** Another worker has told. What can't be is passed over, and what is too long is cut. */
  public void heard(RegistryCondition told) {
    Instant now = clock.instant();
    if (told.at().isAfter(now.plus(CLOCK_SKEW))) {
      LOG.debug(
          "What {} tells of {} is of the future: passed over", told.worker(), told.registry());
      return;
    }
    Instant most = told.at().plus(longest);
    Instant notBefore = told.notBefore().isBefore(most) ? told.notBefore() : most;
    if (notBefore.isAfter(now) && extend(told.registry(), notBefore)) {
      LOG.info(
          "{} wants to be left alone until {}, as worker {} has learned",
          told.registry(),
          notBefore,
          told.worker());
    }
  }

  /** Whether that is news. The later word counts: nobody is harmed by a wait that is too long. */
  private synchronized boolean extend(Registry registry, Instant notBefore) {
    Instant known = until.get(registry);
    if (known != null && !notBefore.isAfter(known.plus(NEWS))) {
      return false;
    }
    until.put(registry, notBefore);
    if (until.size() > MOST_REGISTRIES) {
      until.entrySet().stream()
          .min(Comparator.comparing(Map.Entry::getValue))
          .ifPresent(first -> until.remove(first.getKey()));
    }
    return true;
  }

  /** Until when a registry is to be left alone; empty if it may be asked. */
  public synchronized Optional<Instant> closedUntil(Registry registry) {
    Instant notBefore = until.get(registry);
    if (notBefore == null) {
      return Optional.empty();
    }
    if (!notBefore.isAfter(clock.instant())) {
      until.remove(registry);
      return Optional.empty();
    }
    return Optional.of(notBefore);
  }
}

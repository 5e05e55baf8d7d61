package io.imagetools.worker.execution;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a job until it succeeds, can't succeed, or has failed often enough. One for all slots of a
 * worker. Thread-safe.
 *
 * <p>Whether and after how long is resilience4j's Retry to say, through its {@code AsyncContext};
 * the waiting is done here. Its synchronous form sleeps by itself, through a hidden static field,
 * and would answer an interrupt with the last failure instead of the interrupt.
 */
public final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private final MirrorEngine engine;
  private final RegistryGates gates;
  private final ExecutionSettings.Retrying settings;
  private final Waits waits;
  private final IntervalFunction backoff;

  /**
   * Attempts by an engine.
   *
   * @param engine not closed here
   * @param limits of the registries, of all workers
   * @param slots of this worker; half of them may wait at once, the others go on
   */
  public Attempts(
      MirrorEngine engine,
      ExecutionSettings settings,
      RegistryLimits limits,
      int slots,
      Clock clock,
      Sleeper sleeper) {
    WaitingRoom room = WaitingRoom.of(slots);
    this.engine = engine;
    this.gates = new RegistryGates(settings.gate(), limits, room, clock, sleeper);
    this.settings = settings.retry();
    this.waits = new Waits(settings.waiting(), room, clock, sleeper);
    this.backoff =
        IntervalFunction.ofExponentialRandomBackoff(
            settings.retry().initial(),
            settings.retry().multiplier(),
            settings.retry().jitter(),
            settings.retry().longest());
  }

  /**
   * What is left of the attempts.
   *
   * @param earlier attempts of a job that was parked since
   */
  private Retry policy(int earlier) {
    return Retry.of(
        "mirror",
        RetryConfig.<MirrorReport>custom()
            .maxAttempts(Math.max(1, settings.attempts() - earlier))
            .intervalBiFunction(
                (attempt, ended) -> interval((int) Math.min(100L, (long) attempt + earlier), ended))
            .retryOnException(e -> e instanceof MirrorFailure f && f.kind().retryable())
            .build());
  }

  /**
   * Tries a job that was never parked.
   *
   * @param cancelled asked before each further attempt, and why the thread was interrupted
   * @throws InterruptedException if the thread was interrupted, and not because the run is
   *     cancelled: nothing can be said of the job
   */
  public Attempted mirror(MirrorJob job, Predicate<RunId> cancelled) throws InterruptedException {
    return mirror(job, null, cancelled);
  }

  /**
   * Tries a job.
   *
   * @param parking what it has behind it; null: it was never parked
   * @param cancelled asked before each further attempt, and why the thread was interrupted
   * @throws InterruptedException if the thread was interrupted, and not because the run is
   *     cancelled: nothing can be said of the job
   */
  public Attempted mirror(MirrorJob job, @Nullable Parking parking, Predicate<RunId> cancelled)
      throws InterruptedException {
    AtomicInteger begun = new AtomicInteger(parking == null ? 0 : parking.attempts());
    try {
      return mirror(job, parking, cancelled, begun);
    } catch (InterruptedException e) {
      if (cancelled.test(job.id().run())) {
        return new Attempted.GaveUp(cancelled(job, "while it was copied"), begun.get());
      }
      throw e;
    }
  }

  private Attempted mirror(
      MirrorJob job, @Nullable Parking parking, Predicate<RunId> cancelled, AtomicInteger begun)
      throws InterruptedException {
    Retry.AsyncContext<MirrorReport> policy = policy(begun.get()).asyncContext();
    Duration held = Duration.ZERO;
    while (true) {
      int attempt = begun.incrementAndGet();
      MirrorFailure failure;
      try {
        MirrorReport report = gates.pass(job, engine);
        policy.onComplete();
        return new Attempted.Succeeded(report, attempt);
      } catch (HeldBack e) {
        held = held.plus(Objects.requireNonNull(e.retryAfter()));
        Attempted ended = heldBack(e, begun.decrementAndGet(), held, parking);
        if (ended != null) {
          return ended;
        }
        continue;
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) { // total: an Error of the engine is an outcome too
        failure = Defects.of(e);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted; the attempt ended with " + failure.kind());
      }
      long wait = policy.onError(failure);
      if (wait < 0) {
        return new Attempted.GaveUp(failure, attempt);
      }
      Attempted ended = waited(failure, attempt, Duration.ofMillis(wait), parking);
      if (ended != null) {
        return ended;
      }
      if (cancelled.test(job.id().run())) {
        return new Attempted.GaveUp(cancelled(job, "between two attempts"), attempt);
      }
    }
  }

  /** The registries that jobs lately had to do with, and whether each is used. */
  public Map<Registry, CircuitState> circuits() {
    return gates.circuits();
  }

  /**
   * The same for an attempt that was not begun. Null if it can begin now.
   *
   * @param held how long it was held back here altogether: the next wait has no more than the rest
   */
  private @Nullable Attempted heldBack(
      HeldBack failure, int attempts, Duration held, @Nullable Parking parking)
      throws InterruptedException {
    Duration pause = Objects.requireNonNull(failure.retryAfter());
    boolean brief = held.compareTo(waits.longestInPlace()) <= 0;
    return switch (brief ? waits.wait(pause, parking, () -> {}) : waits.park(pause, parking)) {
      case WAITED -> null;
      case PARK -> new Attempted.Postponed(failure, attempts, pause);
      case GIVE_UP -> new Attempted.GaveUp(failure, attempts);
    };
  }

  /** Null if the next attempt can begin. */
  private @Nullable Attempted waited(
      MirrorFailure failure, int attempt, Duration wait, @Nullable Parking parking)
      throws InterruptedException {
    return switch (waits.wait(wait, parking, () -> announce(failure, attempt + 1, wait))) {
      case WAITED -> null;
      case PARK -> new Attempted.Postponed(failure, attempt, wait);
      case GIVE_UP -> new Attempted.GaveUp(failure, attempt);
    };
  }

  private static MirrorFailure cancelled(MirrorJob job, String when) {
    return new MirrorFailure(
        FailureKind.CANCELLED, "Run " + job.id().run() + " was cancelled " + when);
  }

  private void announce(MirrorFailure failure, int next, Duration wait) {
    LOG.warn(
        "{}; attempt {} of {} in {} s",
        Sentence.withoutStop(Secrets.leftOut(String.valueOf(failure.getMessage()))),
        next,
        settings.attempts(),
        Math.max(1, Math.round(wait.toMillis() / 1000.0)));
  }

  /** Milliseconds; at least what the registry asked for, within reason. */
  private long interval(int attempt, Either<Throwable, MirrorReport> ended) {
    long wait = backoff.apply(attempt);
    if (ended.isLeft() && ended.getLeft() instanceof MirrorFailure failure) {
      Duration asked = failure.retryAfter();
      if (asked != null) {
        Duration honoured =
            asked.compareTo(settings.longestRetryAfter()) > 0
                ? settings.longestRetryAfter()
                : asked;
        return Math.max(wait, honoured.toMillis());
      }
    }
    return wait;
  }
}

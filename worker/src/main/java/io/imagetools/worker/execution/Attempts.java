package io.imagetools.worker.execution;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
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
  private final Sleeper sleeper;
  private final IntervalFunction backoff;
  private final Retry retry;

  /**
   * Attempts by an engine behind gates.
   *
   * @param engine not closed here
   */
  public Attempts(
      MirrorEngine engine,
      RegistryGates gates,
      ExecutionSettings.Retrying settings,
      Sleeper sleeper) {
    this.engine = engine;
    this.gates = gates;
    this.settings = settings;
    this.sleeper = sleeper;
    this.backoff =
        IntervalFunction.ofExponentialRandomBackoff(
            settings.initial(), settings.multiplier(), settings.jitter(), settings.longest());
    this.retry =
        Retry.of(
            "mirror",
            RetryConfig.<MirrorReport>custom()
                .maxAttempts(settings.attempts())
                .intervalBiFunction(this::interval)
                .retryOnException(e -> e instanceof MirrorFailure f && f.kind().retryable())
                .build());
  }

  /**
   * Tries the job.
   *
   * @param cancelled asked before each further attempt, and why the thread was interrupted
   * @throws InterruptedException if the thread was interrupted, and not because the run is
   *     cancelled: nothing can be said of the job
   */
  public Attempted mirror(MirrorJob job, Predicate<RunId> cancelled) throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    try {
      return mirror(job, cancelled, begun);
    } catch (InterruptedException e) {
      if (cancelled.test(job.id().run())) {
        return new Attempted.GaveUp(cancelled(job, "while it was copied"), begun.get());
      }
      throw e;
    }
  }

  private Attempted mirror(MirrorJob job, Predicate<RunId> cancelled, AtomicInteger begun)
      throws InterruptedException {
    Retry.AsyncContext<MirrorReport> policy = retry.asyncContext();
    while (true) {
      int attempt = begun.incrementAndGet();
      MirrorFailure failure;
      try {
        MirrorReport report = gates.pass(job, engine);
        policy.onComplete();
        return new Attempted.Succeeded(report, attempt);
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
      announce(failure, attempt + 1, wait);
      sleeper.sleep(Duration.ofMillis(wait));
      if (cancelled.test(job.id().run())) {
        return new Attempted.GaveUp(cancelled(job, "between two attempts"), attempt);
      }
    }
  }

  /** The registries that jobs lately had to do with, and whether each is used. */
  public Map<Registry, CircuitState> circuits() {
    return gates.circuits();
  }

  private static MirrorFailure cancelled(MirrorJob job, String when) {
    return new MirrorFailure(
        FailureKind.CANCELLED, "Run " + job.id().run() + " was cancelled " + when);
  }

  private void announce(MirrorFailure failure, int next, long waitMillis) {
    LOG.warn(
        "{}; attempt {} of {} in {} s",
        Sentence.withoutStop(Secrets.leftOut(String.valueOf(failure.getMessage()))),
        next,
        settings.attempts(),
        Math.max(1, Math.round(waitMillis / 1000.0)));
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

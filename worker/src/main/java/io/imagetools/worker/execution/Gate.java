package io.imagetools.worker.execution;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands before one registry. Thread-safe. */
final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  /** What says that a registry is ill, rather than that it does not like a request. */
  private static final Set<FailureKind> ILL =
      EnumSet.of(FailureKind.REGISTRY_UNAVAILABLE, FailureKind.NETWORK, FailureKind.TIMEOUT);

  /** Only how often the wait is begun anew; an image may take hours. */
  private static final Duration BULKHEAD_WAIT = Duration.ofMinutes(1);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Far above what the images let in at once can add up to. */
  private static final Duration LONGEST_RESERVATION = Duration.ofHours(1);

  private final Registry registry;
  private final Bulkhead bulkhead;
  private final RateLimiter rate;
  private final CircuitBreaker circuit;
  private final ExecutionSettings.Circuit settings;

  Gate(Registry registry, ExecutionSettings.Gating settings, Clock clock) {
    this.registry = registry;
    this.settings = settings.circuit();
    this.bulkhead =
        Bulkhead.of(
            registry.host(),
            BulkheadConfig.custom()
                .maxConcurrentCalls(settings.atOnce())
                .maxWaitDuration(BULKHEAD_WAIT)
                .build());
    this.rate =
        RateLimiter.of(
            registry.host(),
            RateLimiterConfig.custom()
                .limitForPeriod(settings.begunPerSecond())
                .limitRefreshPeriod(SECOND)
                .timeoutDuration(LONGEST_RESERVATION)
                .build());
    this.circuit = CircuitBreaker.of(registry.host(), config(settings.circuit(), clock));
    this.circuit
        .getEventPublisher()
        .onStateTransition(event -> say(event.getStateTransition().getToState()));
  }

  private static CircuitBreakerConfig config(ExecutionSettings.Circuit settings, Clock clock) {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.window())
        .minimumNumberOfCalls(settings.minimum())
        .failureRateThreshold(settings.failurePercent())
        .waitDurationInOpenState(settings.open())
        .permittedNumberOfCallsInHalfOpenState(settings.trials())
        .clock(clock)
        .build();
  }

  private void say(CircuitBreaker.State state) {
    switch (state) {
      case OPEN ->
          LOG.warn(
              "{} does not answer properly; nothing is begun with it for {} s, then {} images try"
                  + " it",
              registry,
              settings.open().toSeconds(),
              settings.trials());
      case CLOSED -> LOG.info("{} answers again; its images go on", registry);
      default -> LOG.debug("The circuit of {} is {}", registry, state);
    }
  }

  Registry registry() {
    return registry;
  }

  /** Waits until another image may be in. */
  void enter() throws InterruptedException {
    while (!bulkhead.tryAcquirePermission()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for others at " + registry);
      }
    }
  }

  void leave() {
    bulkhead.onComplete();
  }

  /** Whether the registry may be called; then one of the three answers below must follow. */
  boolean tryBegin() {
    return circuit.tryAcquirePermission();
  }

  /** Whether it is left alone now; false also while some images try it. */
  boolean isOpen() {
    return circuit.getState() == CircuitBreaker.State.OPEN;
  }

  /** For those who look on. */
  CircuitState state() {
    return switch (circuit.getState()) {
      case OPEN, FORCED_OPEN -> CircuitState.OPEN;
      case HALF_OPEN -> CircuitState.TRYING;
      default -> CircuitState.CLOSED;
    };
  }

  /** Keeps the rate. */
  void pace(Sleeper sleeper) throws InterruptedException {
    long nanos = rate.reservePermission();
    while (nanos != 0) {
      sleeper.sleep(nanos > 0 ? Duration.ofNanos(nanos) : SECOND);
      nanos = nanos > 0 ? 0 : rate.reservePermission();
    }
  }

  /** It did what was asked. */
  void succeeded() {
    circuit.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /** The attempt failed; whose fault it was stands in the failure. */
  void failed(MirrorFailure failure) {
    if (!registry.equals(failure.registry())) {
      unknown();
    } else if (ILL.contains(failure.kind())) {
      circuit.onError(0, TimeUnit.NANOSECONDS, failure);
    } else {
      succeeded();
    }
  }

  /** The attempt says nothing of this registry. */
  void unknown() {
    circuit.releasePermission();
  }

  /** What an attempt fails with that waited too long. */
  MirrorFailure refused() {
    return refused("Waited for " + registry + ", but it", null);
  }

  /** What an attempt fails with that may not wait here: enough others do. */
  MirrorFailure refusedUnheard() {
    return refused(registry + " was not asked: it", settings.open());
  }

  private MirrorFailure refused(String begin, @Nullable Duration wait) {
    return new MirrorFailure(
        FailureKind.REGISTRY_UNAVAILABLE,
        begin
            + " does not answer properly: of its last "
            + circuit.getMetrics().getNumberOfBufferedCalls()
            + " images "
            + circuit.getMetrics().getNumberOfFailedCalls()
            + " failed for that reason",
        registry,
        List.of(),
        wait,
        null);
  }
}

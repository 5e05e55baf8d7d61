package io.imagetools.worker.execution;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts through to their registries: so many at once, so many a second, none to a registry
 * that is ill. One for all slots of a worker. Thread-safe.
 *
 * <p>An attempt enters the gates of its registries in the order of their names, so that no two wait
 * for each other. While a registry is ill it holds none, so that others of the healthy one go on.
 */
final class RegistryGates {

  /** Lists name few registries, but a list is anybody's text. */
  static final int MOST_GATES = 256;

  /** How often the circuit of an ill registry is looked at. */
  static final Duration POLL = Duration.ofMillis(250);

  private final ExecutionSettings.Gating settings;
  private final RegistryLimits limits;
  private final WaitingRoom room;
  private final Clock clock;
  private final Sleeper sleeper;

  /** Guarded by itself; the one that was used longest ago comes first. */
  private final Map<Registry, Counted> gates = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Counted {
    final Gate gate;
    int users;

    Counted(Gate gate) {
      this.gate = gate;
    }
  }

  /**
   * Gates with these settings, one a registry.
   *
   * @param limits asked before each attempt, and told what registries say
   * @param room for those that wait for an ill registry
   */
  RegistryGates(
      ExecutionSettings.Gating settings,
      RegistryLimits limits,
      WaitingRoom room,
      Clock clock,
      Sleeper sleeper) {
    this.settings = settings;
    this.limits = limits;
    this.room = room;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Performs one attempt as soon as its registries may be called.
   *
   * @throws HeldBack if one of them wants to be left alone
   * @throws MirrorFailure the engine's, or {@code REGISTRY_UNAVAILABLE} if a registry stayed ill
   *     for longer than the patience with it
   * @throws InterruptedException if the thread was interrupted, waiting or working
   */
  MirrorReport pass(MirrorJob job, MirrorEngine engine) throws MirrorFailure, InterruptedException {
    holdBack(job);
    List<Gate> taken = take(job);
    try {
      begin(taken);
      try {
        return perform(job, engine, taken);
      } finally {
        taken.forEach(Gate::leave);
      }
    } finally {
      giveBack(taken);
    }
  }

  private void holdBack(MirrorJob job) throws HeldBack {
    for (Registry registry : registries(job)) {
      Instant until = limits.closedUntil(registry).orElse(null);
      if (until != null) {
        throw new HeldBack(registry, until, Duration.between(clock.instant(), until));
      }
    }
  }

  private MirrorReport perform(MirrorJob job, MirrorEngine engine, List<Gate> taken)
      throws MirrorFailure, InterruptedException {
    MirrorFailure failure = null;
    boolean ended = false;
    try {
      for (Gate gate : taken) {
        gate.pace(sleeper);
      }
      MirrorReport report = engine.mirror(job);
      ended = true;
      return report;
    } catch (MirrorFailure e) {
      failure = e;
      learn(e);
      throw e;
    } finally {
      for (Gate gate : taken) {
        tell(gate, ended, failure);
      }
    }
  }

  private void learn(MirrorFailure failure) {
    Registry registry = failure.registry();
    Duration asked = failure.retryAfter();
    if (failure.kind() == FailureKind.RATE_LIMITED && registry != null && asked != null) {
      limits.refused(registry, asked);
    }
  }

  private static void tell(Gate gate, boolean ended, @Nullable MirrorFailure failure) {
    if (failure != null) {
      gate.failed(failure);
    } else if (ended) {
      gate.succeeded();
    } else {
      gate.unknown();
    }
  }

  /** Returns with all of the gates entered and begun, throws with none. */
  private void begin(List<Gate> wanted) throws MirrorFailure, InterruptedException {
    enter(wanted);
    Gate closed = tryBegin(wanted);
    if (closed == null) {
      return;
    }
    wanted.forEach(Gate::leave);
    if (!room.take()) {
      throw closed.refusedUnheard();
    }
    try {
      beginWhenOpen(wanted, closed);
    } finally {
      room.giveBack();
    }
  }

  private void beginWhenOpen(List<Gate> wanted, Gate first)
      throws MirrorFailure, InterruptedException {
    Duration patience = settings.circuit().patience();
    Gate closed = first;
    while (closed != null) {
      if (closed.isOpen()) {
        // The trials of others are not counted: they may copy for longer than any patience.
        patience = patience.minus(POLL);
      }
      if (patience.isNegative()) {
        throw closed.refused();
      }
      sleeper.sleep(POLL);
      enter(wanted);
      closed = tryBegin(wanted);
      if (closed != null) {
        wanted.forEach(Gate::leave);
      }
    }
  }

  private static void enter(List<Gate> wanted) throws InterruptedException {
    List<Gate> entered = new ArrayList<>(wanted.size());
    try {
      for (Gate gate : wanted) {
        gate.enter();
        entered.add(gate);
      }
    } catch (InterruptedException e) {
      entered.forEach(Gate::leave);
      throw e;
    }
  }

  /** The gate that does not let through; null if all do. */
  private static @Nullable Gate tryBegin(List<Gate> wanted) {
    List<Gate> begun = new ArrayList<>(wanted.size());
    for (Gate gate : wanted) {
      if (!gate.tryBegin()) {
        begun.forEach(Gate::unknown);
        return gate;
      }
      begun.add(gate);
    }
    return null;
  }

  private List<Gate> take(MirrorJob job) {
    List<Registry> registries = registries(job);
    synchronized (gates) {
      List<Gate> taken = new ArrayList<>(registries.size());
      for (Registry registry : registries) {
        Counted counted =
            gates.computeIfAbsent(registry, name -> new Counted(new Gate(name, settings, clock)));
        counted.users++;
        taken.add(counted.gate);
      }
      forgetSome();
      return taken;
    }
  }

  private static List<Registry> registries(MirrorJob job) {
    return Stream.of(job.source().registry(), job.destination().registry())
        .distinct()
        .sorted()
        .toList();
  }

  /** Those in use stay: they are at most two a slot. */
  private void forgetSome() {
    Iterator<Counted> oldestFirst = gates.values().iterator();
    while (gates.size() > MOST_GATES && oldestFirst.hasNext()) {
      if (oldestFirst.next().users == 0) {
        oldestFirst.remove();
      }
    }
  }

  private void giveBack(List<Gate> taken) {
    synchronized (gates) {
      for (Gate gate : taken) {
        Counted counted = gates.get(gate.registry());
        if (counted != null) {
          counted.users--;
        }
      }
    }
  }

  /** Which registries are known, and whether each is used. */
  Map<Registry, CircuitState> circuits() {
    synchronized (gates) {
      Map<Registry, CircuitState> states = new TreeMap<>();
      gates.forEach((registry, counted) -> states.put(registry, counted.gate.state()));
      return states;
    }
  }

  /** How many are kept. */
  int size() {
    synchronized (gates) {
      return gates.size();
    }
  }
}

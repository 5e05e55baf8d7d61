package io.imagetools.worker.execution;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Clock;
import java.time.Duration;
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
public final class RegistryGates {

  /** Lists name few registries, but a list is anybody's text. */
  static final int MOST_GATES = 256;

  /** How often the circuit of an ill registry is looked at. */
  static final Duration POLL = Duration.ofMillis(250);

  private final ExecutionSettings.Gating settings;
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

  /** Gates with these settings, one a registry. */
  public RegistryGates(ExecutionSettings.Gating settings, Clock clock, Sleeper sleeper) {
    this.settings = settings;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Performs one attempt as soon as its registries may be called.
   *
   * @throws MirrorFailure the engine's, or {@code REGISTRY_UNAVAILABLE} if a registry stayed ill
   *     for longer than the patience with it
   * @throws InterruptedException if the thread was interrupted, waiting or working
   */
  public MirrorReport pass(MirrorJob job, MirrorEngine engine)
      throws MirrorFailure, InterruptedException {
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
      throw e;
    } finally {
      for (Gate gate : taken) {
        tell(gate, ended, failure);
      }
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
    Duration patience = settings.circuit().patience();
    while (true) {
      enter(wanted);
      Gate closed = tryBegin(wanted);
      if (closed == null) {
        return;
      }
      wanted.forEach(Gate::leave);
      if (closed.isOpen()) {
        // The trials of others are not counted: they may copy for longer than any patience.
        patience = patience.minus(POLL);
      }
      if (patience.isNegative()) {
        throw closed.refused();
      }
      sleeper.sleep(POLL);
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
    List<Registry> registries =
        Stream.of(job.source().registry(), job.destination().registry())
            .distinct()
            .sorted()
            .toList();
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

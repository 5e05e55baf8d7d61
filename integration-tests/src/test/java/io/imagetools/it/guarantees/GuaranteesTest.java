package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.kafka.QueueMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario on each kind of queue, several at a time. The seed makes the jobs' lengths; {@code
 * -Dseed=} repeats them, {@code -Dscenario=} performs one alone. {@code -Pguarantees-long} takes
 * the long jobs.
 */
class GuaranteesTest {
  private static final List<QueueMode> QUEUES = List.of(QueueMode.SHARE, QueueMode.CLASSIC);

  private static final Scale SCALE = Scale.chosen();

  /** What runs when a partition moves. */
  private static final int AT_ONCE = SCALE.slots() * SCALE.workers();

  /**
   * A machine that has no time for a worker or the broker for a tenth of it says nothing of slots.
   */
  private static final double STANDSTILL = 0.1;

  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final ExecutorService RUNS = Executors.newFixedThreadPool(SCALE.atOnce());
  private static final Map<String, Future<Verdict>> VERDICTS = new LinkedHashMap<>();

  private static @Nullable Broker shared;

  @BeforeAll
  static void begin(@TempDir Path folder) throws Exception {
    System.out.println("GuaranteesTest seed " + SEED + " (repeat with -Dseed=" + SEED + ")");
    Broker broker = Broker.in(folder.resolve("broker")).awaitServing();
    shared = broker;
    for (Scenario scenario : scenarios()) {
      for (QueueMode queue : QUEUES) {
        Performance performance =
            new Performance(scenario, queue, SCALE, SEED + scenario.name().hashCode());
        VERDICTS.put(key(scenario, queue), RUNS.submit(() -> perform(performance, broker, folder)));
      }
    }
  }

  private static Verdict perform(Performance performance, Broker broker, Path folder)
      throws Exception {
    if (performance.scenario().harm() != Scenario.Harm.BROKER) {
      return performance.on(broker, folder);
    }
    Path data = folder.resolve("broker-" + performance.scenario() + performance.queue());
    try (Broker own = Broker.in(data).awaitServing()) {
      return performance.on(own, folder);
    }
  }

  @AfterAll
  static void report() throws Exception {
    RUNS.shutdownNow();
    Optional.ofNullable(shared).ifPresent(Broker::close);
    List<Verdict> verdicts = new ArrayList<>();
    for (Future<Verdict> verdict : VERDICTS.values()) {
      if (verdict.isDone() && !verdict.isCancelled()) {
        try {
          verdicts.add(verdict.get());
        } catch (ExecutionException e) {
          System.out.println("no verdict: " + e.getCause()); // its test says more
        }
      }
    }
    String table = VerdictTable.of(verdicts);
    System.out.println(table);
    Files.writeString(Path.of("target", "guarantees.md"), "Seed " + SEED + "\n\n" + table);
  }

  private static List<Scenario> scenarios() {
    String one = System.getProperty("scenario");
    return one == null ? List.of(Scenario.values()) : List.of(Scenario.valueOf(one));
  }

  static Stream<Arguments> performances() {
    return scenarios().stream()
        .flatMap(scenario -> QUEUES.stream().map(queue -> Arguments.of(scenario, queue)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("performances")
  void keeps_every_promise(Scenario scenario, QueueMode queue) throws Exception {
    Verdict verdict = Objects.requireNonNull(VERDICTS.get(key(scenario, queue))).get();

    assertThat(verdict.lost()).as("jobs lost").isZero();
    assertThat(verdict.withoutResult()).as("jobs without a result").isZero();
    assertThat(verdict.repeated()).as("finished jobs that were executed again").isEmpty();
    // An undisturbed group was complete before the jobs came.
    assertThat(verdict.moved())
        .as("finished jobs that moved with their partition")
        .isLessThanOrEqualTo(scenario == Scenario.UNDISTURBED ? 0 : AT_ONCE);
    if (verdict.stoodStill() < STANDSTILL) {
      assertThat(verdict.slotsBusy())
          .as("slots busy while jobs waited")
          .isGreaterThanOrEqualTo(LeastBusy.of(scenario, queue));
    }
    Duration patience =
        SCALE.hold(queue).plus(SCALE.outage()).plus(SCALE.longest()).plusSeconds(120);
    assertThat(verdict.slowestRedelivery()).as("redelivery").isLessThan(patience);
    assertThat(verdict.makespan())
        .as("makespan")
        .isLessThan(
            scenario == Scenario.PRODUCER_KILLED
                ? SCALE.limit() // waits for a collector to give up, and for a person
                : verdict.ideal().multipliedBy(4).plus(patience));
  }

  private static String key(Scenario scenario, QueueMode queue) {
    return scenario + " " + queue;
  }
}

package io.imagetools.it.guarantees;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.kafka.QueueMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A scenario, performed on one kind of queue. */
record Performance(Scenario scenario, QueueMode queue, Scale scale, long seed) {

  /** Performs it on that broker; returns when each job has ended or the limit is over. */
  Verdict on(Broker broker, Path folder) throws Exception {
    Workload workload = scenario.workload(scale, seed);
    try (Stage stage = new Stage(folder.resolve(name()), scale, queue, workload, broker)) {
      stage.start(scenario.workers(scale));
      if (scenario == Scenario.UNDISTURBED) {
        stage.awaitPartitions();
      }
      scenario.submit(stage);
      scenario.befall(stage);
      RunLedger ledger = stage.ledger();
      return verdict(stage, ledger);
    }
  }

  private String name() {
    String name = scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return name + "-" + queue.name().toLowerCase(Locale.ROOT);
  }

  private Verdict verdict(Stage stage, RunLedger ledger) throws Exception {
    History history = stage.history();
    Figures figures = new Figures(history);
    Repetitions repetitions = new Repetitions(history, queue, scale.hold(queue));
    Counts counts = ledger.counts();
    List<Duration> waits = figures.redeliveries();
    int lost = stage.workload().jobs() - history.finished().size();
    return new Verdict(
        scenario,
        queue,
        stage.workload().jobs(),
        Math.max(lost, counts.failed() + counts.cancelled()),
        counts.running() + counts.waiting(),
        repetitions.repeated(),
        repetitions.cutOff(),
        repetitions.moved(),
        repetitions.begunAgain(),
        waits.isEmpty() ? Duration.ZERO : waits.get(waits.size() / 2),
        waits.isEmpty() ? Duration.ZERO : waits.get(waits.size() - 1),
        figures.slotsBusy(scale.slots()),
        figures.stoodStill(),
        Duration.ofMillis(figures.lastFinish() - stage.submittedAt()),
        new IdealSchedule(stage.workload(), history.spans(), scale.slots(), stage.submittedAt())
            .makespan(),
        (stage.remark() + standstill(history)).strip());
  }

  /** Said where it was long enough to excuse a repetition. */
  private String standstill(History history) {
    long longest = history.accidents().stream().mapToLong(s -> s.to() - s.from()).max().orElse(0);
    return longest < scale.hold(queue).toMillis() / 4
        ? ""
        : String.format(Locale.ROOT, " the machine stood still for %.1f s", longest / 1000.0);
  }
}

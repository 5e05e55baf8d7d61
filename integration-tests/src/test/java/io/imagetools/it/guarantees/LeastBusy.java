package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.QueueMode;

/**
 * Which part of the slots' time has to be work while jobs wait. Far below what was ever measured
 * (docs/guarantees.md): a run of the short version is over in 15 s, of which a slow machine needs
 * some until all slots have joined. Where nothing goes wrong it is still more than one slot of five
 * would reach.
 */
final class LeastBusy {
  private LeastBusy() {}

  static double of(Scenario scenario, QueueMode queue) {
    boolean share = queue == QueueMode.SHARE;
    return switch (scenario) {
      case UNDISTURBED, SCALED -> Scale.isLong() ? 0.6 : 0.3;
      case WORKER_KILLED, WORKER_FROZEN, WORKER_TERMINATED, ROLLING_RESTART ->
          Scale.isLong() ? 0.5 : share ? 0.25 : 0.15;
      case COLLECTOR_KILLED, COLLECTOR_ON_FULL_DISK -> Scale.isLong() ? 0.4 : share ? 0.25 : 0.15;
      case BROKER_KILLED, BROKER_SILENT, PRODUCER_KILLED -> 0; // nobody has jobs most of the time
    };
  }
}

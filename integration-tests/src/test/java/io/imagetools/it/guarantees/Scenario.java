package io.imagetools.it.guarantees;

import io.imagetools.it.guarantees.Stage.Worker;

/** What happens to the processes of a run while it goes on. */
enum Scenario {
  UNDISTURBED("nothing happens", Harm.NONE, stage -> {}),

  WORKER_KILLED(
      "`kill -9` of a worker",
      Harm.WORKER,
      stage -> {
        stage.untilFinished(1 / 3.0);
        stage.kill(stage.workers().get(0));
      }),

  WORKER_FROZEN(
      "a worker is frozen for three locks, then goes on",
      Harm.WORKER,
      stage -> {
        stage.untilFinished(1 / 3.0);
        Worker worker = stage.workers().get(0);
        stage.freeze(worker);
        Pause.of(stage.scale().lock().multipliedBy(3));
        stage.thaw(worker);
      }),

  WORKER_TERMINATED(
      "SIGTERM to a worker: drains, cancels, gives back",
      Harm.NONE,
      stage -> {
        stage.untilFinished(1 / 3.0);
        stage.terminate(stage.workers().get(0));
      }),

  ROLLING_RESTART(
      "all workers are restarted, one after the other",
      Harm.NONE,
      stage -> {
        stage.untilFinished(1 / 4.0);
        for (Worker worker : stage.workers()) {
          stage.terminate(worker);
          stage.start(1);
        }
      }),

  SCALED(
      "from one worker to three, and back to one",
      Harm.NONE,
      stage -> {
        stage.untilFinished(1 / 5.0);
        stage.start(2);
        stage.untilFinished(3 / 5.0);
        stage.terminate(stage.workers().get(0));
        stage.terminate(stage.workers().get(1));
      }) {
    @Override
    int workers(Scale scale) {
      return 1;
    }
  },

  BROKER_KILLED(
      "`kill -9` of the broker; started again on its data",
      Harm.BROKER,
      stage -> {
        stage.untilFinished(1 / 3.0);
        stage.killBroker();
        Pause.of(stage.scale().outage());
        stage.startBrokerAgain();
      }),

  BROKER_SILENT(
      "the broker answers nobody for a while",
      Harm.BROKER,
      stage -> {
        stage.untilFinished(1 / 3.0);
        stage.freezeBroker();
        Pause.of(stage.scale().outage());
        stage.thawBroker();
      }),

  COLLECTOR_KILLED("`kill -9` of the collector", Harm.NONE, CollectorTroubles::killed) {
    @Override
    int workers(Scale scale) {
      return 0; // they come when the collector is there
    }
  },

  COLLECTOR_ON_FULL_DISK(
      "the disk under the failed list is full for a while",
      Harm.NONE,
      CollectorTroubles::onFullDisk) {
    @Override
    int workers(Scale scale) {
      return 0; // they come when the collector is there
    }
  },

  PRODUCER_KILLED("`kill -9` of the producer while it enqueues", Harm.NONE, stage -> {}) {
    @Override
    Workload workload(Scale scale, long seed) {
      return ProducerTrouble.workload();
    }

    @Override
    void submit(Stage stage) throws Exception {
      ProducerTrouble.killed(stage);
    }
  };

  /** Who may have been at work on a job and could not say so. */
  enum Harm {
    NONE,
    WORKER,
    BROKER
  }

  /** What is done once the jobs are on the queue. */
  @FunctionalInterface
  interface Trouble {
    /** Does it; returns when it is over. */
    void befall(Stage stage) throws Exception;
  }

  private final String words;
  private final Harm harm;
  private final Trouble trouble;

  Scenario(String words, Harm harm, Trouble trouble) {
    this.words = words;
    this.harm = harm;
    this.trouble = trouble;
  }

  String words() {
    return words;
  }

  Harm harm() {
    return harm;
  }

  /** At the beginning. */
  int workers(Scale scale) {
    return scale.workers();
  }

  Workload workload(Scale scale, long seed) {
    return Workload.of(scale, seed);
  }

  void submit(Stage stage) throws Exception {
    stage.submit();
  }

  void befall(Stage stage) throws Exception {
    trouble.befall(stage);
  }
}

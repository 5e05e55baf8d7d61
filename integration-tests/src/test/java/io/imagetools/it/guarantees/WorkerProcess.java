package io.imagetools.it.guarantees;

import io.imagetools.cli.role.Cluster;
import io.imagetools.cli.terminal.Interrupts;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.it.ProgramProcess;
import io.imagetools.it.ScriptedWorker;
import io.imagetools.it.guarantees.Journal.What;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A worker as a process: all of it is the real thing but for the engine, which takes as long as the
 * job's tag says and writes into the run's journal. SIGTERM drains it as {@code image-tools worker}
 * does.
 */
final class WorkerProcess {
  /** So long after it began a poison kills: the jobs beside it are through, and committed. */
  private static final Duration BEFORE_DEATH = Duration.ofSeconds(2);

  private static final Duration CLOSING = Duration.ofSeconds(30);

  /**
   * How one is started.
   *
   * @param hold the lock or the session
   * @param deliveries how often a job is handed out before it is given up
   */
  record Options(
      KafkaSettings kafka,
      QueueMode mode,
      String name,
      int slots,
      Duration hold,
      Duration drain,
      int deliveries,
      Path journal) {

    List<String> arguments() {
      return List.of(
          kafka.bootstrapServers(),
          kafka.topics().prefix(),
          mode.name(),
          name,
          Integer.toString(slots),
          hold.toString(),
          drain.toString(),
          Integer.toString(deliveries),
          journal.toString());
    }

    static Options of(String[] arguments) {
      return new Options(
          new KafkaSettings(arguments[0], Map.of(), new Topics(arguments[1])),
          QueueMode.valueOf(arguments[2]),
          arguments[3],
          Integer.parseInt(arguments[4]),
          Duration.parse(arguments[5]),
          Duration.parse(arguments[6]),
          Integer.parseInt(arguments[7]),
          Path.of(arguments[8]));
    }
  }

  private WorkerProcess() {}

  static ProgramProcess start(Path folder, Options options) throws Exception {
    return ProgramProcess.start(
        folder, Map.of(), WorkerProcess.class.getName(), options.arguments());
  }

  /** Ends when it is told to, or killed. */
  public static void main(String[] arguments) throws Exception {
    Options options = Options.of(arguments);
    try (Interrupts interrupts = Interrupts.ofProcess(options.drain().plus(CLOSING));
        Journal journal = new Journal(options.journal());
        Pulse pulse = Pulse.ofProcess(options.name(), journal, options.hold());
        Cluster cluster = Cluster.open(options.kafka(), options.mode(), 1);
        ScriptedWorker worker =
            new ScriptedWorker(
                cluster,
                options.name(),
                exhausted -> queue(options, cluster, exhausted),
                options.slots(),
                job -> perform(job, options.name(), journal))) {
      pulse.start();
      journal.write(options.name(), What.UP, 0);
      interrupts.await();
      worker.stop(options.drain());
      journal.write(options.name(), What.DOWN, 0);
    }
  }

  private static JobQueue queue(Options options, Cluster cluster, JobHandler exhausted) {
    return options.mode() == QueueMode.CLASSIC
        ? new ClassicJobQueue(
            options.kafka(),
            cluster.admin(),
            new ClassicSettings(options.hold(), options.hold().dividedBy(4), options.deliveries()),
            exhausted,
            options.name())
        : new ShareJobQueue(
            options.kafka(),
            cluster.admin(),
            new ShareSettings(options.hold(), ShareSettings.DEFAULT_IDLE, options.deliveries()),
            exhausted,
            options.name());
  }

  private static void perform(MirrorJob job, String worker, Journal journal)
      throws InterruptedException {
    int number = Workload.number(job);
    journal.write(worker, What.BEGIN, number);
    try {
      pause(Workload.isPoison(job) ? BEFORE_DEATH : Workload.length(job));
      if (Workload.isPoison(job)) {
        journal.write(worker, What.KILLED, 0);
        Runtime.getRuntime().halt(137);
      }
      journal.write(worker, What.END, number);
    } catch (InterruptedException e) {
      journal.write(worker, What.STOPPED, number);
      throw e;
    }
  }

  private static void pause(Duration time) throws InterruptedException {
    if (new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
  }
}

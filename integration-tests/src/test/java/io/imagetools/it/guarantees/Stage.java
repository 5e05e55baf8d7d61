package io.imagetools.it.guarantees;

import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunFollower;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.it.ProgramProcess;
import io.imagetools.it.guarantees.Journal.What;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.worker.queue.share.ShareSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.GroupState;
import org.jspecify.annotations.Nullable;

/** The processes of one run, and what can be done to them. Used by one thread. */
final class Stage implements AutoCloseable {
  private static final RunId RUN = new RunId("run-1");

  /** A process that was told to end has ended by then. */
  private static final int END_SECONDS = 120;

  /** A worker that a scenario does something to. */
  record Worker(String name, ProgramProcess process) {}

  private final Path folder;
  private final Scale scale;
  private final QueueMode mode;
  private final Workload workload;
  private final Broker broker;
  private final KafkaSettings settings;
  private final Cluster cluster;
  private final Journal journal;
  private final BrokerPulse pulse;
  private final List<Worker> workers = new ArrayList<>();
  private final List<ProgramProcess> programs = new ArrayList<>();
  private int deliveries = ShareSettings.DEFAULT_DELIVERIES;
  private long submittedAt;
  private @Nullable Run run;
  private String remark = "";

  Stage(Path folder, Scale scale, QueueMode mode, Workload workload, Broker broker)
      throws Exception {
    this.folder = Files.createDirectories(folder);
    this.scale = scale;
    this.mode = mode;
    this.workload = workload;
    this.broker = broker;
    Topics topics = new Topics(String.valueOf(folder.getFileName()));
    this.settings = new KafkaSettings(broker.bootstrapServers(), Map.of(), topics);
    this.cluster = Cluster.open(settings, mode, 1);
    this.journal = new Journal(folder.resolve("journal.txt"));
    this.pulse = new BrokerPulse(settings, cluster.admin(), journal, scale.hold(mode));
  }

  Scale scale() {
    return scale;
  }

  Path folder() {
    return folder;
  }

  Workload workload() {
    return workload;
  }

  Cluster cluster() {
    return cluster;
  }

  QueueMode mode() {
    return mode;
  }

  History history() throws Exception {
    return journal.history();
  }

  /** When the submission began, in milliseconds. */
  long submittedAt() {
    return submittedAt;
  }

  /** What the table shall say besides. */
  void remark(String text) {
    remark = text;
  }

  String remark() {
    return remark;
  }

  /** From now on workers give up a job after so many deliveries. */
  void limitDeliveries(int limit) {
    deliveries = limit;
  }

  /** Starts workers and waits until they take jobs. */
  List<Worker> start(int count) throws Exception {
    List<Worker> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(launch());
    }
    for (Worker worker : started) {
      until(h -> isUp(h, worker) || !worker.process().isAlive());
      if (!isUp(history(), worker)) {
        throw new IllegalStateException(
            "worker " + worker.name() + " ended before it was up: " + worker.process().err());
      }
    }
    return started;
  }

  private static boolean isUp(History history, Worker worker) {
    return history.of(What.UP).stream().anyMatch(entry -> entry.who().equals(worker.name()));
  }

  /**
   * Waits until no partition moves any more: on a classic group each worker that joins takes some
   * of the others', and what they are about is executed again. A share group has nothing to move.
   */
  void awaitPartitions() {
    if (mode == QueueMode.CLASSIC) {
      await()
          .atMost(scale.limit())
          .ignoreException(ExecutionException.class) // there is no group before its first member
          .until(this::everyWorkerHasPartitions);
    }
  }

  private boolean everyWorkerHasPartitions() throws Exception {
    String group = settings.topics().classicGroup();
    ConsumerGroupDescription described =
        Objects.requireNonNull(
            cluster.admin().describeConsumerGroups(List.of(group)).all().get().get(group));
    return described.groupState() == GroupState.STABLE
        && described.members().size() == workers.size()
        && described.members().stream()
            .noneMatch(member -> member.assignment().topicPartitions().isEmpty());
  }

  /** Waits until so many slots of the worker have joined, on a share group. */
  void awaitMembers(Worker worker, int count) {
    if (mode == QueueMode.SHARE) {
      await()
          .atMost(scale.limit())
          .ignoreException(ExecutionException.class)
          .until(() -> members(worker) >= count);
    }
  }

  private long members(Worker worker) throws Exception {
    String group = settings.topics().shareGroup();
    ShareGroupDescription described =
        Objects.requireNonNull(
            cluster.admin().describeShareGroups(List.of(group)).all().get().get(group));
    return described.members().stream()
        .filter(member -> member.clientId().startsWith(worker.name() + "-"))
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .count();
  }

  private Worker launch() throws Exception {
    String name = "w" + (workers.size() + 1);
    Worker worker =
        new Worker(
            name,
            WorkerProcess.start(
                folder,
                new WorkerProcess.Options(
                    settings,
                    mode,
                    name,
                    scale.slots(),
                    scale.hold(mode),
                    scale.drain(),
                    deliveries,
                    folder.resolve("journal.txt"))));
    workers.add(worker);
    return worker;
  }

  /** All that were started, the dead ones too. */
  List<Worker> workers() {
    return List.copyOf(workers);
  }

  void kill(Worker worker) throws Exception {
    worker.process().kill();
    worker.process().exit(END_SECONDS);
    journal.write(worker.name(), What.KILLED, 0);
  }

  void freeze(Worker worker) throws Exception {
    worker.process().signal("STOP");
    journal.write(worker.name(), What.FROZEN, 0);
  }

  void thaw(Worker worker) throws Exception {
    journal.write(worker.name(), What.THAWED, 0);
    worker.process().signal("CONT");
  }

  /** SIGTERM; returns when it has ended. */
  void terminate(Worker worker) throws Exception {
    worker.process().signal("TERM");
    worker.process().exit(END_SECONDS);
  }

  void killBroker() throws Exception {
    journal.write(Journal.BROKER, What.GONE, 0);
    broker.kill();
  }

  void startBrokerAgain() throws Exception {
    broker.startAgain();
    brokerIsBack();
  }

  void freezeBroker() throws Exception {
    journal.write(Journal.BROKER, What.GONE, 0);
    broker.freeze();
  }

  void thawBroker() throws Exception {
    broker.thaw();
    brokerIsBack();
  }

  private void brokerIsBack() throws Exception {
    journal.write(Journal.BROKER, What.BACK, 0);
    List<Journal.Entry> both = history().of(What.GONE, What.BACK);
    long away = both.get(both.size() - 1).millis() - both.get(0).millis();
    remark(String.format(Locale.ROOT, "the broker was away for %.1f s", away / 1000.0));
  }

  /** All jobs of the workload, by the producer's own code. */
  void submit() throws Exception {
    submit(new Submission(RUN, null, workload.planned(RUN), List.of()));
  }

  void submit(Submission submission) throws Exception {
    submitting();
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      run = publisher.publish(submission);
    }
  }

  void submitting() {
    submittedAt = System.currentTimeMillis();
    journal.write(Journal.PRODUCER, What.SUBMITTED, 0);
  }

  /** The run that {@link #ledger} is about. */
  void follow(Run submitted) {
    run = submitted;
  }

  RunId run() {
    return Objects.requireNonNull(run).id();
  }

  /** A command of the program as a process of its own, on this cluster and kind of queue. */
  ProgramProcess program(String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    all.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    all.addAll(List.of("--queue", mode.name().toLowerCase(Locale.ROOT)));
    ProgramProcess program = ProgramProcess.start(folder, Map.of(), all.toArray(String[]::new));
    programs.add(program);
    return program;
  }

  /** Returns when so large a part of the jobs was finished. */
  void untilFinished(double part) {
    until(h -> h.finished().size() >= part * workload.jobs());
  }

  void until(Predicate<History> condition) {
    await()
        .atMost(scale.limit())
        .pollInterval(Duration.ofMillis(100))
        .until(() -> condition.test(journal.history()));
  }

  /** What a collector knows when the run has ended, or when it waited for too long. */
  RunLedger ledger() throws InterruptedException {
    Run followed = Objects.requireNonNull(run);
    RunLedger ledger = new RunLedger(followed);
    long deadline = System.nanoTime() + scale.limit().toNanos();
    try (RunFollower follower = new RunFollower(settings, followed)) {
      while (!ledger.isComplete() && System.nanoTime() < deadline) {
        for (JobEvent event : follower.next(Duration.ofMillis(200))) {
          ledger.apply(event);
        }
      }
    }
    return ledger;
  }

  @Override
  public void close() throws IOException {
    workers.forEach(worker -> worker.process().close());
    programs.forEach(ProgramProcess::close);
    pulse.close();
    cluster.close();
    journal.close();
  }
}

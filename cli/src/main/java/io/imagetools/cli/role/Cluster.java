package io.imagetools.cli.role;

import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.ClusterFeatures;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.ParkedJobs;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.RunsTopic;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.kafka.UnfinishedJobs;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import io.imagetools.worker.queue.lanes.Lane;
import io.imagetools.worker.queue.lanes.LanedJobQueue;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** A Kafka cluster whose topics are as they must be. Thread-safe. */
public final class Cluster implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** Shorter than most probes wait for several answers. */
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(5);

  /** Small runs overtake with as much of the slots at most (docs/adr/0019). */
  private static final int QUARTER = 4;

  /** Or slots would be idle when the other large run has ended (docs/adr/0030). */
  private static final int ALL = 1;

  private final KafkaSettings settings;
  private final Admin admin;
  private final QueueMode mode;
  private final int statusPartitions;
  private boolean ofThisProcess;

  private Cluster(KafkaSettings settings, Admin admin, QueueMode mode, int statusPartitions) {
    this.settings = settings;
    this.admin = admin;
    this.mode = mode;
    this.statusPartitions = statusPartitions;
  }

  /**
   * Connects, creates topics that are missing, looks at those that are there.
   *
   * @param wanted kind of queue
   * @param replicas of topics made here; 0: the broker's default
   * @param roles what the account shall be able to do; without them it is not asked for its rights
   * @throws EnvironmentException if the cluster does not answer, or can't serve
   */
  public static Cluster open(KafkaSettings settings, QueueMode wanted, int replicas, Role... roles)
      throws InterruptedException {
    Admin admin = connected(settings);
    try {
      QueueMode mode = wanted.on(ClusterFeatures.of(admin, settings.firstAnswer()));
      int partitions =
          new Provisioning(admin, settings.topics(), mode, replicas).ensureTopics(roles);
      return new Cluster(settings, admin, mode, partitions);
    } catch (EnvironmentException | InterruptedException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * One in this process: one run after the other, so that none waits behind another, and one
   * worker, for which an ordinary group is enough and costs less (docs/adr/0036).
   */
  static Cluster ofThisProcess(KafkaSettings settings) throws InterruptedException {
    Admin admin = connected(settings);
    try {
      int partitions =
          new Provisioning(admin, settings.topics(), QueueMode.CLASSIC, 1)
              .createTopicsForOneWorker(List.of(BrokerTopics.ofGroups()));
      Cluster cluster = new Cluster(settings, admin, QueueMode.CLASSIC, partitions);
      cluster.ofThisProcess = true;
      return cluster;
    } catch (EnvironmentException | InterruptedException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
  }

  private static Admin connected(KafkaSettings settings) {
    try {
      return Admin.create(settings.admin("image-tools-admin"));
    } catch (KafkaException e) {
      throw BrokerAnswer.refused("connect to " + settings.bootstrapServers(), rootOf(e));
    }
  }

  /** "Failed to create new KafkaAdminClient" says less than what it came from. */
  private static Throwable rootOf(KafkaException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  /** Which cluster, under which names. */
  public KafkaSettings settings() {
    return settings;
  }

  /** The client that everything here shares. */
  public Admin admin() {
    return admin;
  }

  /** What submits runs to it; closed by the caller. */
  public RunPublisher publisher(Clock clock) {
    QueueLag queue = ofThisProcess ? null : lag();
    return new RunPublisher(settings, admin, statusPartitions, clock, queue);
  }

  /** Whether somebody may look at a run after this process has ended. */
  boolean outlivesThisProcess() {
    return !ofThisProcess;
  }

  /** The runs it knows. */
  public RunsTopic runs() {
    return new RunsTopic(settings);
  }

  /** How much is on the queue. */
  public QueueLag lag() {
    return new QueueLag(admin, settings.topics(), mode);
  }

  /** The jobs that wait beside the queue. */
  public ParkedJobs parked() {
    return new ParkedJobs(settings);
  }

  /** How much is to be done, parked jobs included. */
  public UnfinishedJobs unfinished() {
    return new UnfinishedJobs(lag(), parked());
  }

  /**
   * What a worker takes jobs from; closed by the caller.
   *
   * @param share if it is a share group; an ordinary group has its own defaults
   * @param exhausted called for jobs that were handed out too often
   * @param worker the worker's name
   */
  public JobQueue queue(ShareSettings share, JobHandler exhausted, String worker) {
    if (ofThisProcess) {
      return new ClassicJobQueue(settings, admin, ClassicSettings.ONLY_WORKER, exhausted, worker);
    }
    JobQueue main = lane(settings, share, exhausted, worker);
    QueueLag small = lag().in(Topics.Lane.EXPRESS);
    QueueLag beside = lag().in(Topics.Lane.BESIDE);
    return new LanedJobQueue(
        main,
        List.of(
            new Lane(
                "small runs",
                () -> lane(settings.in(Topics.Lane.EXPRESS), share, exhausted, worker + "-express"),
                small::jobsOrRecords,
                QUARTER),
            new Lane(
                "another large run",
                () -> lane(settings.in(Topics.Lane.BESIDE), share, exhausted, worker + "-beside"),
                beside::jobsOrRecords,
                ALL)));
  }

  private JobQueue lane(
      KafkaSettings lane, ShareSettings share, JobHandler exhausted, String worker) {
    return mode == QueueMode.CLASSIC
        ? new ClassicJobQueue(lane, admin, ClassicSettings.DEFAULT, exhausted, worker)
        : new ShareJobQueue(lane, admin, share, exhausted, worker);
  }

  /** Whether it would take a run and hand out its jobs. */
  public List<Check> check() {
    JobQueue queue = queue(ShareSettings.DEFAULT, delivery -> JobHandler.Verdict.RELEASE, "check");
    return List.of(
        Check.ok("cluster", settings.bootstrapServers() + " answers"),
        Check.ok(
            "topics",
            "all that are needed below '"
                + settings.topics().prefix()
                + "' are there, and as they must be"),
        queue.check());
  }

  /** Whether it answers, and knows the topics of events. Waits a few seconds at most. */
  public List<Check> checkTopics() {
    List<String> events = List.of(settings.topics().status(), settings.topics().runs());
    try {
      Object unused =
          admin
              .describeTopics(events)
              .allTopicNames()
              .get(CHECK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return List.of(Check.ok("cluster", settings.bootstrapServers() + " answers"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Check.failed("cluster", "interrupted while it was asked", "Ask again."));
    } catch (ExecutionException | TimeoutException e) {
      return List.of(
          Check.failed(
              "cluster",
              settings.bootstrapServers() + " does not answer for " + events,
              "It is asked again; check whether the cluster is up."));
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_LIMIT);
  }
}

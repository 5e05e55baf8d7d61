package io.imagetools.worker.queue.classic;

import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.DeadLetters;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue on an ordinary consumer group: one consumer, whose thread never waits for a job.
 * Thread-safe.
 *
 * <p>How often a job was begun is counted where its worker died with it, or its handler released
 * it; not where its partition moved or its worker stopped, both of which say nothing against the
 * job. So a job that kills its worker each time is begun {@link ClassicSettings#deliveries} times.
 */
public final class ClassicJobQueue implements JobQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ClassicJobQueue.class);

  /** After its interrupt a job ends its programs. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(20);

  private static final Duration LOOK = Duration.ofMillis(200);

  /** Whoever asks whether this worker is ready hangs up after 20 s. */
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final Admin admin;
  private final ClassicSettings classic;
  private final JobHandler exhausted;
  private final String worker;
  private final StopSignal stop = new StopSignal();

  private volatile @Nullable Intake intake;
  private @Nullable ExecutorService pollThread;
  private volatile @Nullable ExecutorService handlerThreads;
  private volatile @Nullable ExecutorService answering;
  private @Nullable DeadLetters deadLetters;

  /**
   * A queue.
   *
   * @param admin of the same cluster; not closed here
   * @param exhausted called, instead of the handler, for a job that was begun too often: it
   *     publishes that, after which the job goes to the dead-letter topic
   * @param worker this worker's name, part of the client ids
   */
  public ClassicJobQueue(
      KafkaSettings settings,
      Admin admin,
      ClassicSettings classic,
      JobHandler exhausted,
      String worker) {
    this.settings = settings;
    this.admin = admin;
    this.classic = classic;
    this.exhausted = exhausted;
    this.worker = worker;
  }

  @Override
  public synchronized void start(int slots, JobHandler handler) {
    if (intake != null) {
      throw new IllegalStateException("the queue was started already");
    }
    Check check = check(settings.firstAnswer());
    if (!check.ok()) {
      throw new EnvironmentException(check.message() + " " + check.remedy());
    }
    deadLetters = new DeadLetters(settings, worker);
    ExecutorService handlers = JobThreads.named("job", slots);
    handlerThreads = handlers;
    ExecutorService answers = JobThreads.named("unwanted", 1);
    answering = answers;
    pollThread = JobThreads.named("queue", 1);
    Work.Performers performers =
        new Work.Performers(handler, exhausted, classic.deliveries(), deadLetters);
    Intake started =
        new Intake(
            new Intake.Parts(
                () -> newConsumer(slots),
                settings.topics(),
                slots,
                performers,
                handlers,
                answers,
                classic.farewell(),
                stop));
    intake = started;
    pollThread.execute(started);
  }

  private Consumer<byte[], byte[]> newConsumer(int slots) {
    Map<String, Object> properties = settings.groupConsumer(worker);
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) classic.session().toMillis());
    properties.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) classic.heartbeat().toMillis());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, slots);
    return new KafkaConsumer<>(properties);
  }

  @Override
  public void takeNoMore() {
    stop.request();
  }

  @Override
  public void stop(Duration drain) {
    ExecutorService polling = begin();
    if (polling == null) {
      return;
    }
    if (!drained(polling, drain)) {
      if (running() > 0) {
        LOG.info("{} jobs are not finished: they are stopped and given back", running());
      }
      stop.drain();
      interruptJobs();
      if (!ended(polling, LAST_WORDS)) {
        LOG.warn("Some jobs did not stop in time; the queue hands them out again by itself");
      }
    }
    closeAll();
  }

  /** Begins to stop. Nothing is held while it lasts: a second, hastier stop shall get through. */
  private synchronized @Nullable ExecutorService begin() {
    Intake started = intake;
    if (pollThread != null && started != null) {
      stop.request();
      started.wakeUp();
    }
    return pollThread;
  }

  /** Whether the polling thread has ended, and then the jobs that it left behind, in that time. */
  private boolean drained(ExecutorService polling, Duration drain) {
    long start = System.nanoTime();
    for (ExecutorService threads : List.of(polling, Objects.requireNonNull(handlerThreads))) {
      threads.shutdown();
      while (!ended(threads, LOOK)) {
        boolean late = System.nanoTime() - start >= drain.toNanos();
        if (late || stop.drained() || Thread.currentThread().isInterrupted()) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean ended(ExecutorService threads, Duration limit) {
    try {
      return threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void interruptJobs() {
    ExecutorService handlers = handlerThreads;
    if (handlers != null) {
      for (Runnable unbegun : handlers.shutdownNow()) {
        ((Work) unbegun).abandon();
      }
    }
    ExecutorService answers = answering;
    if (answers != null) {
      answers.shutdownNow().forEach(unbegun -> ((SetAside.Answer) unbegun).abandon());
    }
  }

  private synchronized void closeAll() {
    if (pollThread != null) {
      pollThread.shutdownNow();
    }
    interruptJobs();
    if (deadLetters != null) {
      deadLetters.close();
    }
  }

  @Override
  public int running() {
    Intake started = intake;
    return started == null ? 0 : started.running();
  }

  /** Whether the jobs topic is there: any Kafka has consumer groups. */
  @Override
  public Check check() {
    return check(CHECK_LIMIT);
  }

  private Check check(Duration limit) {
    String topic = settings.topics().jobs();
    DescribeTopicsOptions soon = new DescribeTopicsOptions().timeoutMs((int) limit.toMillis());
    try {
      int partitions =
          admin.describeTopics(List.of(topic), soon).allTopicNames().get().values().stream()
              .mapToInt(description -> description.partitions().size())
              .sum();
      return Check.ok(
          "queue", "the jobs are in " + partitions + " partitions, for as many workers at most");
    } catch (ExecutionException e) {
      String problem =
          String.valueOf(
              BrokerAnswer.refused("look at the topic " + topic, e.getCause()).getMessage());
      return Check.failed("queue", problem, "Check the cluster.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.failed("queue", "Interrupted while the cluster was asked.", "Ask again.");
    }
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}

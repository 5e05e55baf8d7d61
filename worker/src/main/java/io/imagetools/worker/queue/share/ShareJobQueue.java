package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.topic.DeadLetters;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.Outage;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue on a share group. Needs Kafka 4.2 or newer. Thread-safe. */
public final class ShareJobQueue implements JobQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ShareJobQueue.class);

  /** After its interrupt a job ends its programs and its slot tells the broker. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(20);

  /** A slot without a job ends as soon as its consumer has said goodbye. */
  private static final Duration IDLE_END = Duration.ofSeconds(2);

  /** Whoever asks whether this worker is ready hangs up after 20 s. */
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final ShareSettings share;
  private final ShareGroup group;
  private final Askers.JobCount count;
  private final JobHandler exhausted;
  private final String worker;
  private final StopSignal stop = new StopSignal();
  private final AtomicInteger running = new AtomicInteger();
  private final List<Slot> slots = new ArrayList<>();

  private @Nullable ExecutorService slotThreads;
  private @Nullable ExecutorService handlerThreads;
  private @Nullable DeadLetters deadLetters;
  private @Nullable Clearance clearance;
  private @Nullable QueueTail tail;
  private @Nullable Askers askers;

  /**
   * A queue.
   *
   * @param admin of the same cluster; not closed here
   * @param exhausted called, instead of the handler, for a job that was handed out too often: it
   *     publishes that, after which the job goes to the dead-letter topic
   * @param worker this worker's name, part of the client ids
   */
  public ShareJobQueue(
      KafkaSettings settings,
      Admin admin,
      ShareSettings share,
      JobHandler exhausted,
      String worker) {
    this.settings = settings;
    this.share = share;
    this.group = new ShareGroup(admin, settings.topics());
    this.count = new QueueLag(admin, settings.topics(), QueueMode.SHARE)::jobsOrRecords;
    this.exhausted = exhausted;
    this.worker = worker;
  }

  @Override
  public void prepare() {
    prepareGroup();
  }

  @Override
  public synchronized void start(int slotCount, JobHandler handler) {
    if (slotThreads != null) {
      throw new IllegalStateException("the queue was started already");
    }
    prepareGroup();
    deadLetters = new DeadLetters(settings, worker);
    slotThreads = JobThreads.named("slot", slotCount);
    handlerThreads = JobThreads.named("job", slotCount);
    QueueTail again = new QueueTail(settings, worker);
    tail = again;
    Askers asking = new Askers(slotCount, count, stop, System::nanoTime);
    askers = asking;
    Clearance clearing = new Clearance(settings, worker, handler, again, stop);
    clearance = clearing;
    SlotContext.Handlers handlers =
        new SlotContext.Handlers(clearing.watched(), exhausted, handlerThreads, worker);
    SlotContext context =
        new SlotContext(
            settings,
            share,
            group,
            handlers,
            asking,
            again,
            deadLetters,
            stop,
            running,
            new Outage(settings.topics(), settings.topics().shareGroup()));
    seeHowManyJobs(asking);
    for (int number = 1; number <= slotCount; number++) {
      Slot slot = new Slot(context, number);
      slots.add(slot);
      slotThreads.execute(slot);
    }
  }

  private static void seeHowManyJobs(Askers askers) {
    try {
      askers.seeHowManyJobs();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("Interrupted while the queue was set up.", e);
    }
  }

  private void prepareGroup() {
    try {
      Check check = group.check(settings.firstAnswer());
      if (!check.ok()) {
        throw new EnvironmentException(check.message() + " " + check.remedy());
      }
      group.configure(share);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("Interrupted while the queue was set up.", e);
    }
  }

  @Override
  public void takeNoMore() {
    stop.request();
  }

  @Override
  public void stop(Duration drain) {
    ExecutorService threads = begin();
    if (threads == null) {
      return;
    }
    if (!drained(threads, drain)) {
      if (running() > 0) {
        LOG.info("{} jobs are not finished: they are stopped and given back", running());
      }
      stop.drain();
      if (!ended(threads, LAST_WORDS)) {
        LOG.warn("Some jobs did not stop in time; the queue hands them out again by itself");
      }
    }
    closeAll();
  }

  /** Begins to stop. Nothing is held while it lasts: a second, hastier stop shall get through. */
  private synchronized @Nullable ExecutorService begin() {
    ExecutorService threads = slotThreads;
    if (threads != null) {
      stop.request();
      Objects.requireNonNull(askers).wakeUp();
      slots.forEach(Slot::wakeUp);
      threads.shutdown();
    }
    return threads;
  }

  /** Waits for the running jobs; a slot without one has to end soon. */
  private boolean drained(ExecutorService threads, Duration drain) {
    long start = System.nanoTime();
    long busyAt = start;
    while (System.nanoTime() - start < drain.toNanos() && !stop.drained()) {
      if (ended(threads, SlotContext.LOOK)) {
        return true;
      }
      long now = System.nanoTime();
      if (running() > 0) {
        busyAt = now;
      }
      if (now - busyAt > IDLE_END.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return ended(threads, Duration.ZERO);
  }

  private static boolean ended(ExecutorService threads, Duration limit) {
    try {
      return threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void closeAll() {
    if (slotThreads != null) {
      slotThreads.shutdownNow();
    }
    if (handlerThreads != null) {
      handlerThreads.shutdownNow();
    }
    if (clearance != null) {
      clearance.close();
    }
    if (tail != null) {
      tail.close();
    }
    if (deadLetters != null) {
      deadLetters.close();
    }
  }

  @Override
  public int running() {
    return running.get();
  }

  @Override
  public Check check() {
    try {
      return group.check(CHECK_LIMIT);
    } catch (EnvironmentException e) {
      return Check.failed("queue", String.valueOf(e.getMessage()), "Check the cluster.");
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

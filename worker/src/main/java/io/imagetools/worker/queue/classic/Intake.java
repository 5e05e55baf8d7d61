package io.imagetools.worker.queue.classic;

import io.imagetools.common.kafka.Topics;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.Outage;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** The polling thread: takes records, hands them to slots, remembers what is done. */
final class Intake implements Runnable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * How it works.
   *
   * @param consumers makes a new one, for the first time and after each that broke
   * @param topics whose jobs it takes
   * @param threads at least as many as slots
   * @param answering one thread, beside the slots
   * @param farewell for the last consumer's last words
   */
  record Parts(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Topics topics,
      int slots,
      Work.Performers performers,
      ExecutorService threads,
      ExecutorService answering,
      Duration farewell,
      StopSignal stop) {}

  private record Ended(Taken taken, JobHandler.Verdict verdict) {}

  private final Parts parts;
  private final Holdings holdings = new Holdings();
  private final SetAside setAside;
  private final Outage outage;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final AtomicInteger running = new AtomicInteger();
  private Duration pause = FIRST_PAUSE;
  private volatile @Nullable Consumer<byte[], byte[]> waiting;

  Intake(Parts parts) {
    this.parts = parts;
    this.setAside = new SetAside(parts.performers().handler(), parts.answering(), this::wakeUp);
    this.outage = new Outage(parts.topics(), parts.topics().classicGroup());
  }

  /** How many jobs run now. Thread-safe. */
  int running() {
    return running.get();
  }

  /** Ends a wait for records: something has happened. Thread-safe. */
  void wakeUp() {
    Consumer<byte[], byte[]> consumer = waiting;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  @Override
  public void run() {
    while (!over()) {
      try {
        serve();
      } catch (InterruptException e) {
        return;
      } catch (RuntimeException e) { // whatever it was: the queue never ends by itself
        outage.seen(e);
        if (parts.stop().await(pause)) {
          return;
        }
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      }
    }
  }

  private boolean over() {
    return parts.stop().requested() && holdings.busy() == 0 && ended.isEmpty() && !setAside.busy();
  }

  /** Until it shall stop, or this consumer can't be used any more. */
  private void serve() {
    Consumer<byte[], byte[]> consumer = parts.consumers().get();
    Commits commits = new Commits(consumer, holdings, outage, this::launch);
    try {
      consumer.subscribe(List.of(parts.topics().jobs()), new Rebalance(commits));
      while (true) {
        settle();
        if (parts.stop().requested()) {
          holdings.stopTaking();
          setAside.stopTaking();
        }
        if (over()) {
          return;
        }
        holdings.begin(parts.slots());
        commits.send();
        takeAsMuchAsFits(consumer);
        for (ConsumerRecord<byte[], byte[]> record : poll(consumer)) {
          accept(Taken.of(record));
          pause = FIRST_PAUSE;
        }
      }
    } finally {
      Thread.interrupted(); // a consumer that is closed by an interrupted thread leaves no word
      setAside.stopTaking();
      commits.last(holdings.partitions());
      // After a trouble the next consumer would wait for this one's place.
      consumer.close(
          CloseOptions.timeout(parts.stop().requested() ? parts.farewell() : CLOSE_LIMIT));
    }
  }

  private void accept(Taken taken) {
    if (holdings.take(taken) && !setAside.accept(taken, holdings.starts(taken) + 1)) {
      holdings.await(taken);
    }
  }

  private void takeAsMuchAsFits(Consumer<byte[], byte[]> consumer) {
    boolean full = holdings.load() >= parts.slots() || setAside.full();
    if (parts.stop().requested() || full) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> consumer) {
    waiting = consumer;
    try {
      boolean news = !ended.isEmpty() || setAside.answered();
      return news ? ConsumerRecords.empty() : consumer.poll(POLL);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } finally {
      waiting = null;
    }
  }

  private void launch(Taken taken, int number) {
    if (parts.stop().requested() || !holdings.launch(taken)) {
      return;
    }
    running.incrementAndGet();
    Work work = new Work(parts.performers(), taken, number, this::ended);
    try {
      parts.threads().execute(work);
    } catch (RejectedExecutionException e) { // the queue was told to stop this very moment
      work.abandon();
    }
  }

  private void ended(Taken taken, JobHandler.Verdict verdict) {
    running.decrementAndGet();
    ended.add(new Ended(taken, verdict));
    wakeUp();
  }

  /** What the slots have said since the last time. */
  private void settle() {
    for (Ended next = ended.poll(); next != null; next = ended.poll()) {
      if (next.verdict() == JobHandler.Verdict.ACKNOWLEDGE) {
        holdings.finished(next.taken());
      } else if (parts.stop().requested()) {
        holdings.handedBack(next.taken());
      } else {
        holdings.released(next.taken());
      }
    }
    settleAnswered();
  }

  private void settleAnswered() {
    SetAside.Batch batch = setAside.collect();
    if (batch == null) {
      return;
    }
    for (Taken taken : batch.jobs()) {
      if (batch.verdict() == JobHandler.Verdict.ACKNOWLEDGE) {
        holdings.finished(taken);
      } else if (!parts.stop().requested()) {
        holdings.released(taken); // it is tried again in a slot
      }
    }
  }

  /** Called while the thread polls. Nothing may wake it up meanwhile: it would be heard here. */
  private final class Rebalance implements ConsumerRebalanceListener {
    private final Commits commits;

    Rebalance(Commits commits) {
      this.commits = commits;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      waiting = null;
      commits.read(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      waiting = null;
      settle();
      setAside.lose(partitions);
      commits.last(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      setAside.lose(partitions);
      holdings.lose(partitions);
    }
  }
}

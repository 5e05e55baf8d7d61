package io.imagetools.worker.queue.classic;

import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.UnwantedJobs;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are only to be answered. They take no slot and no start is counted: they are answered
 * by the hundred on a thread of their own, one batch at a time, and are finished when that batch
 * is. Used by the polling thread only.
 */
final class SetAside {
  private final JobHandler handler;
  private final ExecutorService thread;
  private final Runnable wakeUp;
  private final Map<Taken, Delivery> waiting = new LinkedHashMap<>();
  private Map<Taken, Delivery> underWay = Map.of();
  private volatile JobHandler.@Nullable Verdict verdict;

  /**
   * Of one queue.
   *
   * @param thread one, on which the handler answers
   * @param wakeUp called by it when a batch is answered
   */
  SetAside(JobHandler handler, ExecutorService thread, Runnable wakeUp) {
    this.handler = handler;
    this.thread = thread;
    this.wakeUp = wakeUp;
  }

  /** Takes a job that is only to be answered; false: it is none. */
  boolean accept(Taken taken, int number) {
    if (underWay.containsKey(taken)) {
      return true; // its partition went and came back meanwhile
    }
    return UnwantedJobs.in(taken.record(), number, handler)
        .map(delivery -> waiting.put(taken, delivery) == null)
        .isPresent();
  }

  /** Whether no more should be taken now. */
  boolean full() {
    return waiting.size() >= UnwantedJobs.BATCH;
  }

  /** Whether a batch is under way. */
  boolean busy() {
    return !underWay.isEmpty();
  }

  /** Whether there is something to {@link #collect}. */
  boolean answered() {
    return verdict != null;
  }

  /** What a batch came to. */
  record Batch(Collection<Taken> jobs, JobHandler.Verdict verdict) {}

  /** The batch that has been answered since the last call; null: none. Begins the next. */
  @Nullable Batch collect() {
    JobHandler.Verdict said = verdict;
    Batch ended = said == null ? null : new Batch(List.copyOf(underWay.keySet()), said);
    if (ended != null) {
      underWay = Map.of();
      verdict = null;
    }
    if (underWay.isEmpty() && !waiting.isEmpty()) {
      begin();
    }
    return ended;
  }

  private void begin() {
    Map<Taken, Delivery> batch = new LinkedHashMap<>(waiting);
    try {
      thread.execute(new Answer(List.copyOf(batch.values())));
      underWay = batch;
    } catch (RejectedExecutionException e) {
      // the queue was told to stop this very moment: they are for somebody else
    }
    waiting.clear();
  }

  /** The work on a batch. */
  final class Answer implements Runnable {
    private final List<Delivery> deliveries;

    private Answer(List<Delivery> deliveries) {
      this.deliveries = deliveries;
    }

    @Override
    public void run() {
      JobHandler.Verdict said = JobHandler.Verdict.RELEASE; // who throws has said nothing
      try {
        said = handler.answerUnwanted(deliveries);
      } finally {
        end(said);
      }
    }

    /** It will not run. */
    void abandon() {
      end(JobHandler.Verdict.RELEASE);
    }

    private void end(JobHandler.Verdict said) {
      verdict = said;
      wakeUp.run();
    }
  }

  /** Begins nothing more: what waits is for somebody else. */
  void stopTaking() {
    waiting.clear();
  }

  /** These partitions are somebody else's. */
  void lose(Collection<TopicPartition> partitions) {
    waiting.keySet().removeIf(taken -> partitions.contains(taken.partition()));
  }
}

package io.imagetools.it;

import io.imagetools.common.job.JobId;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Handlers that take their time, and what they saw. Thread-safe; may serve several queues. */
final class Performed {
  private final Map<JobId, AtomicInteger> begun = new ConcurrentHashMap<>();
  private final Map<JobId, AtomicInteger> finished = new ConcurrentHashMap<>();
  private final Map<JobId, AtomicInteger> interrupted = new ConcurrentHashMap<>();
  private final Map<JobId, List<Integer>> deliveries = new ConcurrentHashMap<>();
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** A handler that works for that long and then says the verdict. */
  JobHandler taking(Function<Delivery, Duration> time, JobHandler.Verdict verdict) {
    return delivery -> perform(delivery, () -> pause(time.apply(delivery)), verdict);
  }

  /** A handler that is done when the test says so. */
  JobHandler until(CountDownLatch end) {
    return delivery -> perform(delivery, end::await, JobHandler.Verdict.ACKNOWLEDGE);
  }

  /** What a job does. */
  @FunctionalInterface
  private interface Task {
    void perform() throws InterruptedException;
  }

  private static void pause(Duration time) throws InterruptedException {
    if (new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
  }

  /** A handler that works for that long and is done. */
  JobHandler taking(Duration time) {
    return taking(delivery -> time, JobHandler.Verdict.ACKNOWLEDGE);
  }

  private JobHandler.Verdict perform(Delivery delivery, Task task, JobHandler.Verdict verdict) {
    JobId id = delivery.job().id();
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    deliveries.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(delivery.number());
    count(begun, id);
    try {
      task.perform();
      count(finished, id);
      return verdict;
    } catch (InterruptedException e) {
      count(interrupted, id);
      Thread.currentThread().interrupt();
      return JobHandler.Verdict.RELEASE;
    } finally {
      now.decrementAndGet();
    }
  }

  private static void count(Map<JobId, AtomicInteger> counts, JobId id) {
    counts.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
  }

  int begun(JobId id) {
    return begun.getOrDefault(id, new AtomicInteger()).get();
  }

  int finished(JobId id) {
    return finished.getOrDefault(id, new AtomicInteger()).get();
  }

  int interrupted(JobId id) {
    return interrupted.getOrDefault(id, new AtomicInteger()).get();
  }

  /** The numbers of its deliveries, as they came. */
  List<Integer> deliveries(JobId id) {
    return List.copyOf(deliveries.getOrDefault(id, List.of()));
  }

  /** Those that were finished, once or more often. */
  Set<JobId> finished() {
    return Set.copyOf(finished.keySet());
  }

  /** Those that were begun more than once. */
  List<JobId> begunAgain() {
    return begun.entrySet().stream()
        .filter(entry -> entry.getValue().get() > 1)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** How many ran at once, at most. */
  int most() {
    return most.get();
  }

  /** How many run now. */
  int now() {
    return now.get();
  }
}

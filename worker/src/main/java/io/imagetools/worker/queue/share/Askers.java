package io.imagetools.worker.queue.share;

import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Which of a worker's idle slots ask the broker for jobs: few of them while there are none. A slot
 * that has asked in vain goes on asking by itself, in the background, as long as its consumer
 * lives; and when a worker dies, the broker hands its jobs to those of its own slots that ask, one
 * after the other, until it finds that they are dead too: each of these counts as a delivery of a
 * job that nobody has begun. So slots that have had a job wait for their turn before they ask
 * again, and slots that never had one join the group when there are jobs for them: which also costs
 * a short run, or an idle worker, a few consumers instead of all. While jobs come as fast as they
 * are asked for, more and more may ask. Thread-safe.
 */
final class Askers {

  /** One could be enough; the second asks while the first one's job is on its way. */
  static final int LEAST = 2;

  /** A broker that has jobs answers within that; one that has none holds the question. */
  static final Duration PROMPT = Duration.ofMillis(200);

  /** How many jobs wait or run, of all workers; empty if that is not known. */
  @FunctionalInterface
  interface JobCount {
    OptionalLong jobs() throws InterruptedException;
  }

  private final int slots;
  private final JobCount count;
  private final StopSignal stop;
  private final LongSupplier nanos;

  /** The slots that ask, and since when; the first is the one that waits longest. */
  private final Map<Integer, Long> asking = new LinkedHashMap<>();

  private int members;
  private int membersWaiting;

  /** How many may join beyond the least: there are jobs for them. */
  private int wanted;

  /** How many may ask beyond the least: so many were answered promptly. */
  private int more;

  /**
   * Of one worker.
   *
   * @param nanos the time, as {@link System#nanoTime} has it
   */
  Askers(int slots, JobCount count, StopSignal stop, LongSupplier nanos) {
    this.slots = slots;
    this.count = count;
    this.stop = stop;
    this.nanos = nanos;
  }

  /** Waits until a slot that is no member of the group may join it and ask; false: never again. */
  synchronized boolean join(int slot) throws InterruptedException {
    while (!stop.requested() && wanted == 0 && (asking.size() >= LEAST || membersWaiting > 0)) {
      wait();
    }
    if (stop.requested()) {
      return false;
    }
    wanted = Math.max(0, wanted - 1);
    members++;
    asking.put(slot, nanos.getAsLong());
    return true;
  }

  /** Waits until a member, which has had a job, may ask for the next one; false: never again. */
  synchronized boolean ask(int slot) throws InterruptedException {
    membersWaiting++;
    try {
      while (!stop.requested() && !mayAsk()) {
        wait();
      }
    } finally {
      membersWaiting--;
    }
    if (stop.requested()) {
      return false;
    }
    asking.put(slot, nanos.getAsLong());
    return true;
  }

  private boolean mayAsk() {
    long longest = asking.values().stream().findFirst().map(this::since).orElse(0L);
    if (longest > PROMPT.toNanos()) {
      more = 0;
    }
    return asking.size() < LEAST + more;
  }

  private long since(long begin) {
    return nanos.getAsLong() - begin;
  }

  /** A slot that asks has got a job; it asks no more. */
  synchronized void answered(int slot) {
    Long begin = asking.remove(slot);
    if (begin != null && since(begin) < PROMPT.toNanos()) {
      more = Math.min(slots, more + 1);
    }
    notifyAll();
  }

  /** A member has left the group. It asks no more. */
  synchronized void left(int slot) {
    asking.remove(slot);
    members--;
    notifyAll();
  }

  /** Whether more slots ask in vain than is needed, so that one may leave. */
  synchronized boolean tooMany() {
    return asking.size() > LEAST;
  }

  /** Lets as many slots join as there are jobs for, if no member waits for its turn. */
  void seeHowManyJobs() throws InterruptedException {
    if (allAtWork()) {
      want((int) Math.min(slots, count.jobs().orElse(slots)));
    }
  }

  private synchronized boolean allAtWork() {
    return members < slots && membersWaiting == 0;
  }

  private synchronized void want(int jobs) {
    wanted = Math.max(wanted, jobs - members);
    notifyAll();
  }

  /** After the stop signal: nobody waits any more. */
  synchronized void wakeUp() {
    notifyAll();
  }
}

package io.imagetools.worker.queue.lanes;

import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.HandlerAround;
import io.imagetools.worker.queue.JobHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The slots of a worker that has several queues. The next slot that is free goes to the queue that
 * has the fewest, among those whose jobs wait for one; if that is the same, to the one that was
 * served longest ago. So none starves, and none leaves a slot idle that another could use. Within a
 * queue the job that waits longest is next; the queue renews its lease meanwhile. Thread-safe.
 */
final class Permits {
  private final JobHandler handler;
  private final List<Share> shares = new ArrayList<>();
  private int free;
  private long turns;
  private boolean closed;

  /** So many slots for that handler. */
  Permits(int slots, JobHandler handler) {
    this.free = slots;
    this.handler = handler;
  }

  /** The handler for one more queue. */
  synchronized JobHandler share() {
    Share share = new Share(handler);
    shares.add(share);
    return share;
  }

  /** How many jobs have a slot. */
  synchronized int running() {
    return shares.stream().mapToInt(share -> share.running).sum();
  }

  /** How many jobs wait for one. */
  synchronized int waiting() {
    return shares.stream().mapToInt(share -> share.waiting.size()).sum();
  }

  /** Gives no more slots: who waits for one gives its job back. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits for a slot; false: there will be none. */
  private synchronized boolean take(Share share) throws InterruptedException {
    Object place = new Object();
    share.waiting.addLast(place);
    try {
      while (!closed && !isNext(share, place)) {
        wait();
      }
      if (closed) {
        return false;
      }
      free--;
      share.running++;
      share.turn = ++turns;
      return true;
    } finally {
      share.waiting.remove(place);
      notifyAll();
    }
  }

  private boolean isNext(Share share, Object place) {
    return free > 0
        && share.waiting.peekFirst() == place
        && next().filter(nearest -> nearest == share).isPresent();
  }

  private Optional<Share> next() {
    return shares.stream()
        .filter(share -> !share.waiting.isEmpty())
        .min(
            Comparator.comparingInt((Share share) -> share.running)
                .thenComparingLong(share -> share.turn));
  }

  private synchronized void giveBack(Share share) {
    free++;
    share.running--;
    notifyAll();
  }

  /** The handler as one queue sees it. Its fields belong to the permits' lock. */
  private final class Share extends HandlerAround {
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int running;
    private long turn;

    Share(JobHandler handler) {
      super(handler);
    }

    @Override
    public Verdict handle(Delivery delivery) {
      if (isUnwanted(delivery.job().id().run())) {
        return super.handle(delivery); // an answer, no work
      }
      try {
        if (!take(this)) {
          return Verdict.RELEASE;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Verdict.RELEASE;
      }
      try {
        return super.handle(delivery);
      } finally {
        giveBack(this);
      }
    }
  }
}

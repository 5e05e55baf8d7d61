package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.BlobNotice.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose turn it is to send a blob: asks the other workers by a claim, and waits for them. What is
 * said of one claim is said in order. Thread-safe.
 */
final class Turns {

  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  /** Our clock and the broker's may differ by so much. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final Clock clock;
  private final Times times;
  private final Voice voice;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All that follows is guarded by the lock.
  private final Claims claims;
  private final Map<String, Mine> mine = new HashMap<>();
  private @Nullable Renewal renewal;
  private @Nullable Long silentSince;

  /** A blob at a destination. */
  record Key(Registry registry, Digest blob) {}

  /** Says something to all workers; must not block. */
  @FunctionalInterface
  interface Voice {
    void say(Key key, State state, String claim);
  }

  /**
   * How long things take.
   *
   * @param lease a worker that says nothing for so long is not waited for any more
   * @param renewal how often one that sends says so
   * @param answer how long the topic is waited for before the bytes are sent without it
   * @param quiet for how long it is not asked again after it did not answer
   */
  record Times(Duration lease, Duration renewal, Duration answer, Duration quiet) {
    static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30));
  }

  private static final class Mine {
    private final Key key;

    /** Null: not answered yet. */
    private @Nullable Boolean granted;

    Mine(Key key, @Nullable Boolean granted) {
      this.key = key;
      this.granted = granted;
    }
  }

  Turns(Clock clock, Times times, Voice voice) {
    this.clock = clock;
    this.times = times;
    this.voice = voice;
    this.claims = new Claims(times.lease());
  }

  /** There are others to ask from now on. */
  void open() {
    lock.lock();
    try {
      if (renewal == null) {
        renewal = new Renewal(times.renewal(), this::renew);
      }
    } finally {
      lock.unlock();
    }
  }

  /** There is nobody to ask from now on. */
  void close() {
    lock.lock();
    try {
      if (renewal != null) {
        renewal.close();
        renewal = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A worker has said that it sends a blob; what is read of long ago has ended since. */
  void sending(Key key, String claim, String worker, Instant stamped) {
    lock.lock();
    try {
      Instant oldest = clock.instant().minus(times.lease()).minus(CLOCK_SKEW);
      boolean counts =
          stamped.isBefore(oldest)
              || claims.sending(key, new Claims.Holder(claim, worker, stamped, System.nanoTime()));
      Mine own = mine.get(claim);
      if (own != null) {
        if (own.granted == null) {
          own.granted = counts;
        }
        silentSince = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A worker has said that it sends a blob no longer. */
  void ended(Key key, String claim) {
    lock.lock();
    try {
      claims.ended(key, claim);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether another worker has the turn.
   *
   * @param until {@link System#nanoTime} from which on nobody is waited for
   */
  boolean isTaken(Key key, long until) {
    lock.lock();
    try {
      return !isTakenAnyway(until) && claims.live(key, System.nanoTime()).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a turn; whether it counts is known when the claim is read back: the order of the topic
   * decides between two.
   *
   * @param until {@link System#nanoTime} from which on the turn is taken whoever has it
   * @return the name of a claim; empty: another worker has the turn
   */
  Optional<String> take(Key key, long until) {
    lock.lock();
    try {
      if (isTaken(key, until)) {
        return Optional.empty();
      }
      String name = UUID.randomUUID().toString();
      mine.put(name, new Mine(key, isTakenAnyway(until) ? true : null));
      voice.say(key, State.SENDING, name);
      return Optional.of(name);
    } finally {
      lock.unlock();
    }
  }

  private boolean isTakenAnyway(long until) {
    return until - System.nanoTime() <= 0
        || renewal == null
        || (silentSince != null && System.nanoTime() - silentSince < times.quiet().toNanos());
  }

  /**
   * Whether a claim of ours counts; waits for the answer, though not for long if there is none. One
   * that does not count has ended.
   */
  boolean stands(String name) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Mine own = mine.get(name);
      if (own == null) {
        return false;
      }
      awaitAnswer(own);
      // Who is not heard of any more is passed over, even if the broker's clock disagrees.
      boolean passedOver =
          claims.holder(own.key) != null && claims.live(own.key, System.nanoTime()).isEmpty();
      if (Boolean.TRUE.equals(own.granted) || passedOver) {
        own.granted = true;
        return true;
      }
      mine.remove(name);
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void awaitAnswer(Mine own) throws InterruptedException {
    long left = times.answer().toNanos();
    while (own.granted == null && left > 0) {
      left = changed.awaitNanos(left);
    }
    if (own.granted == null) {
      own.granted = true;
      silentSince = System.nanoTime();
      log.info("Other workers can't be asked who sends {}; sending it from here.", own.key.blob());
    }
  }

  /**
   * Waits for the end of another worker's turn.
   *
   * @param until {@link System#nanoTime} until which it is waited for
   * @param arrived whether the blob is known to be there
   */
  void awaitOther(Key key, long until, BooleanSupplier arrived) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Claims.Holder first = claims.holder(key);
      if (first == null) {
        return;
      }
      log.info(
          "{} is on its way to {} from worker {}; waiting for it.",
          key.blob(),
          key.registry(),
          first.worker());
      Claims.Holder holder = first;
      while (holder != null && holder.claim().equals(first.claim()) && !arrived.getAsBoolean()) {
        long now = System.nanoTime();
        long left = Math.min(claims.leftNanos(holder, now), until - now);
        if (left <= 0) {
          log.warn("Worker {} is not waited for any longer with {}.", first.worker(), key.blob());
          return;
        }
        long unused = changed.awaitNanos(left);
        holder = claims.holder(key);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a claim; {@code say} tells of it, if it had not ended before. */
  void end(String name, Runnable say) {
    lock.lock();
    try {
      if (mine.remove(name) != null) {
        say.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Of claims that count: one that does not would outlive the one that does. Under the lock, so
   * that nobody says that it sends what it has just said to be there.
   */
  private void renew() {
    lock.lock();
    try {
      mine.forEach(
          (name, own) -> {
            if (Boolean.TRUE.equals(own.granted)) {
              voice.say(own.key, State.SENDING, name);
            }
          });
    } finally {
      lock.unlock();
    }
  }
}

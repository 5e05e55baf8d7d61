package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Repository;
import io.imagetools.common.job.BlobNotice;
import io.imagetools.common.job.BlobNotice.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all workers know of large blobs at destinations: who sends which, and where they are, so
 * that two workers that need the same layer send it once. All of it is a hint: a blob that is not
 * where it was said to be is sent, a worker that says nothing for a lease is not waited for, and
 * without anybody to tell ({@link #tell}) each sends what it needs. Thread-safe; one for all slots
 * of a worker.
 */
public final class FleetBlobs {

  /**
   * Smaller blobs are sent without asking: a claim costs the way to the broker and back, in which
   * so many bytes are sent (measured, see docs/adr/0022).
   */
  public static final long LEAST_BYTES = 4L << 20;

  private final Clock clock;
  private final Duration longest;
  private final String worker;
  private final KnownBlobs known = new KnownBlobs();
  private final Turns turns;

  /** Blobs of which all know already that they are there. Guarded by itself. */
  private final Set<Turns.Key> told = new HashSet<>();

  private volatile @Nullable Consumer<BlobNotice> others;

  /** The right to send a blob; ended by {@link #close}, which tells where it is then. */
  final class Claim implements AutoCloseable {
    private final Turns.Key key;
    private final String name;

    private Claim(Turns.Key key, String name) {
      this.key = key;
      this.name = name;
    }

    /**
     * Whether nobody else was first, when all have heard of it; one that does not stand has ended.
     */
    boolean stands() throws InterruptedException {
      return turns.stands(name);
    }

    @Override
    public void close() {
      turns.end(name, () -> end(key, name));
    }
  }

  /**
   * Nothing is known yet, and nobody is told.
   *
   * @param longest that other workers are waited for, whatever they say
   * @param worker the name of this one
   */
  public FleetBlobs(Clock clock, Duration longest, String worker) {
    this(clock, longest, worker, Turns.Times.DEFAULT);
  }

  FleetBlobs(Clock clock, Duration longest, String worker, Turns.Times times) {
    this.clock = clock;
    this.longest = longest;
    this.worker = worker;
    this.turns = new Turns(clock, times, this::say);
  }

  /** Where blobs were seen, here or by others. */
  KnownBlobs known() {
    return known;
  }

  /**
   * Tells somebody from now on, who tells all workers, this one included.
   *
   * @param everybody must not block and not throw, and must keep the order
   */
  public void tell(Consumer<BlobNotice> everybody) {
    others = everybody;
    turns.open();
  }

  /** Tells nobody from now on, and asks nobody. */
  public void alone() {
    turns.close();
    others = null;
  }

  /**
   * A worker has told, this one or another.
   *
   * @param stamped when, by the clock of the broker
   */
  public void heard(BlobNotice notice, Instant stamped) {
    Turns.Key key = new Turns.Key(notice.registry(), notice.blob());
    if (notice.state() == State.SENDING) {
      turns.sending(key, notice.claim(), notice.worker(), stamped);
      return;
    }
    notice.repositories().forEach(place -> known.seen(place, notice.blob()));
    if (notice.state() == State.THERE) {
      noteTold(key);
    }
    turns.ended(key, notice.claim());
  }

  /** Until when others are waited for by who begins to deliver a blob now. */
  long patience() {
    return System.nanoTime() + longest.toNanos();
  }

  /** Whether others are asked before a blob is sent. */
  boolean isWorthAClaim(BlobDelivery.Order order) {
    return order.size() >= LEAST_BYTES;
  }

  /**
   * Whether another worker sends a blob, who is worth waiting for.
   *
   * @param until of {@link #patience}
   */
  boolean isClaimed(BlobDelivery.Order order, long until) {
    return isWorthAClaim(order) && turns.isTaken(key(order), until);
  }

  /**
   * Claims the right to send a blob.
   *
   * @param until of {@link #patience}
   * @return empty: another worker has it
   */
  Optional<Claim> claim(BlobDelivery.Order order, long until) {
    Turns.Key key = key(order);
    return turns.take(key, until).map(name -> new Claim(key, name));
  }

  /**
   * Waits for the worker that sends a blob; where it is then is to be looked up.
   *
   * @param until of {@link #patience}
   * @param arrived whether there is a place already to have it from
   */
  void await(BlobDelivery.Order order, long until, BooleanSupplier arrived)
      throws InterruptedException {
    turns.awaitOther(key(order), until, arrived);
  }

  /** A large blob is where it was wanted, maybe without having been sent by us: all shall know. */
  void there(BlobDelivery.Order order) {
    Turns.Key key = key(order);
    if (others != null && isWorthAClaim(order) && noteTold(key)) {
      say(key, State.THERE, UUID.randomUUID().toString());
    }
  }

  private static Turns.Key key(BlobDelivery.Order order) {
    return new Turns.Key(order.to().registry(), order.blob());
  }

  private boolean noteTold(Turns.Key key) {
    synchronized (told) {
      if (told.size() >= KnownBlobs.MAX_BLOBS) {
        told.clear(); // what is told again does no harm
      }
      return told.add(key);
    }
  }

  private void end(Turns.Key key, String name) {
    boolean there = !known.places(key.registry(), key.blob()).isEmpty();
    if (there) {
      boolean unused = noteTold(key);
    }
    say(key, there ? State.THERE : State.GIVEN_UP, name);
  }

  private void say(Turns.Key key, State state, String claim) {
    Consumer<BlobNotice> everybody = others;
    List<Repository> places =
        state == State.THERE
            ? known.places(key.registry(), key.blob()).stream()
                .limit(BlobNotice.MOST_REPOSITORIES)
                .toList()
            : List.of();
    if (everybody == null || (state == State.THERE && places.isEmpty())) {
      return;
    }
    everybody.accept(
        new BlobNotice(key.registry(), key.blob(), state, places, claim, worker, clock.instant()));
  }
}

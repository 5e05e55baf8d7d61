package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/**
 * Which blobs are on their way to which registry, so that each is on its way once, however many
 * slots want it at the same moment. Thread-safe.
 */
final class Uploads {

  private final ConcurrentMap<Key, Lease> running = new ConcurrentHashMap<>();

  private record Key(Registry registry, Digest blob) {}

  /** The right to send a blob, or the sight of another who has it. */
  final class Lease {
    private final Key key;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Lease(Key key) {
      this.key = key;
    }

    /** Waits until it has ended, well or not. */
    void await() throws InterruptedException {
      ended.await();
    }

    /** Ends it, by whom it belongs to. */
    void end() {
      running.remove(key, this);
      ended.countDown();
    }
  }

  /**
   * Takes the right to send a blob.
   *
   * @param mine made by {@link #lease}
   * @return {@code mine}, or that of another who is at it
   */
  Lease take(Lease mine) {
    Lease other = running.putIfAbsent(mine.key, mine);
    return other == null ? mine : other;
  }

  /** Who sends a blob just now. */
  Optional<Lease> running(Registry registry, Digest blob) {
    return Optional.ofNullable(running.get(new Key(registry, blob)));
  }

  Lease lease(Registry registry, Digest blob) {
    return new Lease(new Key(registry, blob));
  }
}

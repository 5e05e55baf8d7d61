package io.imagetools.worker.engine.registry;

import io.imagetools.worker.engine.MirrorFailure;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is under way at once in the whole worker, shared by the images that are being copied: the
 * fewer there are, the more each has. Thread-safe.
 */
final class Transfers implements AutoCloseable {

  /**
   * Each takes a connection on either side, so twice as many must stay below the connections to one
   * host: the rest is for manifests, which take one each and not for long.
   */
  static final int MOST = 24;

  /** Of one image, however many there are. */
  static final int LEAST_OF_AN_IMAGE = 4;

  /** Of one image, were it alone: a registry is not to feel who has it for himself. */
  static final int MOST_OF_AN_IMAGE = 12;

  private final AtomicInteger images = new AtomicInteger();
  private final ExecutorService blobs = threads("registry-copy-");

  /** Their own: a manifest does not stand in line behind the blobs of other images. */
  private final ExecutorService manifests = threads("registry-manifest-");

  private static ExecutorService threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        MOST,
        task -> {
          Thread thread = new Thread(task, name + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** An image more, until {@link #end}. */
  void begin() {
    images.incrementAndGet();
  }

  void end() {
    images.decrementAndGet();
  }

  /** So many blobs of one image may be under way now. */
  int width() {
    int fair = MOST / Math.max(1, images.get());
    return Math.max(LEAST_OF_AN_IMAGE, Math.min(fair, MOST_OF_AN_IMAGE));
  }

  /** Moves blobs, at most {@link #width} at once; see {@link Together}. */
  void blobs(List<? extends Together.Task> tasks) throws MirrorFailure, InterruptedException {
    Together.run(blobs, this::width, tasks);
  }

  /** Looks for manifests, or moves them, four of an image at once. */
  void manifests(List<? extends Together.Task> tasks) throws MirrorFailure, InterruptedException {
    Together.run(manifests, () -> LEAST_OF_AN_IMAGE, tasks);
  }

  @Override
  public void close() {
    blobs.shutdownNow();
    manifests.shutdownNow();
  }
}

package io.imagetools.it;

import io.imagetools.testing.Fault;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Two requests that a registry has done and that are answered when it has done both. Whoever waits
 * too long goes on alone. Thread-safe.
 */
final class Rendezvous {
  private static final long PATIENCE_SECONDS = 45;

  /** A header of every answer, by which the proxy lets a test in. */
  private static final String ANY_HEADER = "Docker-Distribution-Api-Version";

  private final CountDownLatch absent = new CountDownLatch(2);
  private volatile boolean alone;

  /** What the two requests are to suffer. */
  Fault asFault() {
    return new Fault.HeaderChanged(ANY_HEADER, this::met);
  }

  private String met(String header) {
    absent.countDown();
    try {
      if (!absent.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        alone = true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return header;
  }

  /** Whether both came while the first still waited. */
  boolean happened() {
    return !alone && absent.getCount() == 0;
  }
}

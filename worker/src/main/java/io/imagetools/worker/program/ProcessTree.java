package io.imagetools.worker.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process and everything it started. */
final class ProcessTree {

  /** How long the operating system gets to bury a killed process. */
  static final Duration BURIAL = Duration.ofSeconds(5);

  /** A tree that grows while it is cut is cut again, this often. */
  private static final int ROUNDS = 10;

  private ProcessTree() {}

  /** Kills the descendants, deepest first, then the process; returns when they are gone. */
  static void kill(ProcessHandle root) {
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessHandle> all = new ArrayList<>(root.descendants().toList());
      if (all.isEmpty() && !root.isAlive()) {
        return;
      }
      Collections.reverse(all);
      all.forEach(ProcessHandle::destroyForcibly);
      root.destroyForcibly();
      all.add(root);
      awaitEnd(all);
    }
  }

  private static void awaitEnd(List<ProcessHandle> handles) {
    boolean interrupted = Thread.interrupted();
    CompletableFuture<?>[] exits =
        handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    long deadline = System.nanoTime() + BURIAL.toNanos();
    while (true) {
      try {
        long left = deadline - System.nanoTime();
        CompletableFuture.allOf(exits).get(Math.max(0, left), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.imagetools.worker.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process and everything it started, as far as that was seen: a child that outlives its parent
 * belongs to nobody any more, so {@link #look} has to come by while both live. Thread-safe.
 */
final class ProcessTree {

  /** How long the operating system gets to bury a killed process. */
  static final Duration BURIAL = Duration.ofSeconds(5);

  /** A tree that grows while it is cut is cut again, this often. */
  private static final int ROUNDS = 3;

  private final ProcessHandle root;
  private final Set<ProcessHandle> descendants = ConcurrentHashMap.newKeySet();
  private final Set<ProcessHandle> buried = ConcurrentHashMap.newKeySet();

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /** The root, and what of the rest is known to live. */
  List<ProcessHandle> look() {
    Stream.concat(Stream.of(root), List.copyOf(descendants).stream())
        .filter(this::lives)
        .flatMap(ProcessHandle::descendants)
        .forEach(descendants::add);
    List<ProcessHandle> all = new ArrayList<>(List.of(root));
    all.addAll(descendants);
    all.removeIf(process -> !lives(process));
    return all;
  }

  /** A process that nobody reaps looks alive for ever, so its exit counts, once it was seen. */
  private boolean lives(ProcessHandle process) {
    return !buried.contains(process) && process.isAlive();
  }

  /**
   * Kills the process first, so that it starts nothing in place of its children, then those;
   * returns when they are gone.
   */
  void kill() {
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessHandle> all = look();
      if (all.isEmpty()) {
        return;
      }
      all.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(all);
    }
  }

  private void awaitEnd(List<ProcessHandle> handles) {
    boolean interrupted = Thread.interrupted();
    CompletableFuture<?>[] exits =
        handles.stream()
            .map(handle -> handle.onExit().thenAccept(buried::add))
            .toArray(CompletableFuture<?>[]::new);
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

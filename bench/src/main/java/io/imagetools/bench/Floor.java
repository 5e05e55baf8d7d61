package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The floor: does steps that are known in advance, on twenty connections to each side, and nothing
 * else. It finds nothing out, checks no digest, and forgives nothing.
 *
 * <pre>java … io.imagetools.bench.Floor SOURCE DESTINATION FILE_WITH_STEPS</pre>
 */
final class Floor {

  private static final int CONNECTIONS = 20;

  private Floor() {}

  public static void main(String[] args) throws Exception {
    List<Step> steps = Files.readAllLines(Path.of(args[2])).stream().map(Step::parse).toList();
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Copies> copies = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        copies.add(new Copies(args[0], args[1]));
      }
      for (Step.Kind kind : Step.Kind.values()) {
        together(threads, copies, steps.stream().filter(step -> step.kind() == kind).toList());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void together(ExecutorService threads, List<Copies> copies, List<Step> steps)
      throws InterruptedException, ExecutionException {
    Queue<Step> left = new ConcurrentLinkedQueue<>(steps);
    List<Callable<Boolean>> workers =
        copies.stream().<Callable<Boolean>>map(one -> () -> drain(one, left)).toList();
    for (Future<Boolean> worker : threads.invokeAll(workers)) {
      worker.get();
    }
  }

  private static boolean drain(Copies copies, Queue<Step> left) throws IOException {
    for (Step step = left.poll(); step != null; step = left.poll()) {
      copies.perform(step);
    }
    return true;
  }
}

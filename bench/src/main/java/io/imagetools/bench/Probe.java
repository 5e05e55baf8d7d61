package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a command and measures it. Used by one thread. */
final class Probe {

  /** A way that takes longer has no result; the others go on. */
  static final Duration LIMIT = Duration.ofMinutes(6);

  /** A sample reads the state of all processes: it takes from the two processors measured. */
  private static final int STEP_MILLIS = 200;

  /** bash tells the CPU time of all that a command waited for. */
  private static final String TIMED =
      "TIMEFORMAT='%U %S'; { time \"$@\" >\"$0.out\" 2>&1 ; } 2>\"$0\"";

  private final Path folder;

  Probe(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs it to its end.
   *
   * @param servants processes that work for it; their memory and CPU time count
   * @throws IOException if it fails or takes too long; the message has the end of its output
   */
  Sample run(List<String> command, List<ProcessHandle> servants)
      throws IOException, InterruptedException {
    Path times = folder.resolve("time");
    List<String> timed = new ArrayList<>(List.of("bash", "-c", TIMED, times.toString()));
    timed.addAll(command);
    double before = servants.stream().mapToDouble(Proc::cpu).sum();
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(timed).redirectInput(nothing()).start();
    double peak = watch(process, servants, begin);
    double wall = (System.nanoTime() - begin) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException("ended with status " + process.exitValue() + ": " + lastWords(times));
    }
    double own = 0;
    for (String part : Files.readString(times).strip().split(" ", -1)) {
      own += Double.parseDouble(part);
    }
    double served = servants.stream().mapToDouble(Proc::cpu).sum() - before;
    return new Sample(wall, own + served, peak, 0, 0, Optional.empty());
  }

  private static java.io.File nothing() {
    return new java.io.File("/dev/null");
  }

  private static double watch(Process process, List<ProcessHandle> servants, long begin)
      throws IOException, InterruptedException {
    List<ProcessHandle> roots = new ArrayList<>(servants);
    roots.add(process.toHandle());
    double peak = 0;
    try {
      while (!process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, Proc.memoryMib(roots));
        if (System.nanoTime() - begin > LIMIT.toNanos()) {
          throw new IOException("took longer than " + LIMIT.toSeconds() + " s");
        }
      }
      return peak;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String lastWords(Path times) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(times + ".out"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }
}

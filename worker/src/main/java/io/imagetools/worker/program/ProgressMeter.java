package io.imagetools.worker.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Tells a program that works from one that stands still. On Linux by the bytes its tree read and
 * wrote, sockets included (proc_pid_io(5): rchar, wchar); elsewhere by the processor time it used.
 */
final class ProgressMeter {

  /** Less than this between two looks is the runtime's own housekeeping, not progress. */
  static final long LEAST_BYTES = 1024;

  /** The same for processor time. */
  static final Duration LEAST_CPU = Duration.ofMillis(20);

  private static final Path PROC = Path.of("/proc");

  private final ProcessTree tree;
  private final boolean byBytes;
  private long mark;

  ProgressMeter(ProcessTree tree) {
    this(tree, Files.isReadable(PROC.resolve("self").resolve("io")));
  }

  ProgressMeter(ProcessTree tree, boolean byBytes) {
    this.tree = tree;
    this.byBytes = byBytes;
  }

  /** Whether it did something since this was last answered with yes. */
  boolean moved() {
    long now = tree.look().stream().mapToLong(this::measure).sum();
    long least = byBytes ? LEAST_BYTES : LEAST_CPU.toMillis();
    if (Math.abs(now - mark) >= least) {
      mark = now;
      return true;
    }
    return false;
  }

  private long measure(ProcessHandle process) {
    return byBytes
        ? bytes(process.pid())
        : process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
  }

  private static long bytes(long pid) {
    try (Stream<String> lines =
        Files.lines(PROC.resolve(Long.toString(pid)).resolve("io"), StandardCharsets.US_ASCII)) {
      return lines
          .filter(line -> line.startsWith("rchar: ") || line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length()).strip()))
          .sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // It has ended in the meantime.
    }
  }
}

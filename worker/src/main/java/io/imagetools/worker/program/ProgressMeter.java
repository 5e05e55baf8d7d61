package io.imagetools.worker.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Tells a program that works from one that stands still. On Linux by the bytes its tree read and
 * wrote, sockets included (proc_pid_io(5): rchar, wchar); elsewhere by the processor time it used.
 */
final class ProgressMeter {

  /** Less than this is the runtime's own housekeeping, not progress … */
  static final long LEAST_BYTES = 1024;

  /** … and so is less than this a second: a skopeo 1.9.3 that waits for a blob moves five. */
  static final long LEAST_BYTES_A_SECOND = 64;

  /** The same for processor time. */
  static final Duration LEAST_CPU = Duration.ofMillis(20);

  /** The same for processor time. */
  static final Duration LEAST_CPU_A_SECOND = Duration.ofMillis(1);

  private static final Path PROC = Path.of("/proc");

  private final LongSupplier amount;
  private final long least;
  private final long leastASecond;
  private long mark;
  private long markedAt;

  ProgressMeter(ProcessTree tree, long nanoTime) {
    this(tree, Files.isReadable(PROC.resolve("self").resolve("io")), nanoTime);
  }

  ProgressMeter(ProcessTree tree, boolean byBytes, long nanoTime) {
    this(
        () ->
            tree.look().stream()
                .mapToLong(byBytes ? ProgressMeter::bytes : ProgressMeter::cpu)
                .sum(),
        byBytes ? LEAST_BYTES : LEAST_CPU.toMillis(),
        byBytes ? LEAST_BYTES_A_SECOND : LEAST_CPU_A_SECOND.toMillis(),
        nanoTime);
  }

  ProgressMeter(LongSupplier amount, long least, long leastASecond, long nanoTime) {
    this.amount = amount;
    this.least = least;
    this.leastASecond = leastASecond;
    this.markedAt = nanoTime;
  }

  /** Whether it did something since this was last answered with yes. */
  boolean moved(long nanoTime) {
    long now = amount.getAsLong();
    long seconds = Duration.ofNanos(nanoTime - markedAt).toSeconds();
    if (Math.abs(now - mark) < least + seconds * leastASecond) {
      return false;
    }
    mark = now;
    markedAt = nanoTime;
    return true;
  }

  private static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
  }

  private static long bytes(ProcessHandle process) {
    try (Stream<String> lines =
        Files.lines(
            PROC.resolve(Long.toString(process.pid())).resolve("io"), StandardCharsets.US_ASCII)) {
      return lines
          .filter(line -> line.startsWith("rchar: ") || line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length()).strip()))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // It has ended in the meantime.
    }
  }
}

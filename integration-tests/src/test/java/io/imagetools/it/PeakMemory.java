package io.imagetools.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The most that processes ever had in memory at once, heap and all, as Linux says it. */
public final class PeakMemory {
  private static final String PEAK = "VmHWM:";
  private static final int KIB_OF_MIB = 1024;

  private PeakMemory() {}

  /** Waits until the process has ended; what was last seen of it, in MiB. */
  public static long untilTheEndOf(ProgramProcess process, Duration limit) {
    long[] most = {0};
    await()
        .atMost(limit)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              most[0] = Math.max(most[0], of(process));
              return !process.isAlive();
            });
    return most[0];
  }

  /** So far, in MiB; 0 if it has ended. */
  public static long of(ProgramProcess process) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_OF_MIB)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}

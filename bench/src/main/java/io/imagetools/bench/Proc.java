package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux says of processes, in proc(5). */
final class Proc {

  /** Both are what they are on every Linux of 64 bits on x86 and most on ARM. */
  private static final double TICKS_PER_SECOND = 100;

  private static final double PAGE_MIB = 4096.0 / (1 << 20);

  private Proc() {}

  /** CPU seconds of a process so far, and of its children that ended. */
  static double cpu(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      double ticks = 0;
      for (int field = 11; field <= 14; field++) { // utime stime cutime cstime
        ticks += Double.parseDouble(fields[field]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Resident memory of these and all below them. */
  static double memoryMib(List<ProcessHandle> roots) {
    return roots.stream()
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .mapToDouble(Proc::memoryMib)
        .sum();
  }

  private static double memoryMib(ProcessHandle process) {
    try {
      String statm = Files.readString(Path.of("/proc/" + process.pid() + "/statm"));
      return Double.parseDouble(statm.split(" ", 3)[1]) * PAGE_MIB;
    } catch (IOException e) {
      return 0; // it has just ended
    }
  }
}

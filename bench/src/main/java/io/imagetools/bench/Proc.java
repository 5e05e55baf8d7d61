package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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

  /** Resident memory of these and all below them. Looks at the machine's processes once. */
  static double memoryMib(List<ProcessHandle> roots) {
    Map<Long, List<ProcessHandle>> children =
        ProcessHandle.allProcesses()
            .collect(Collectors.groupingBy(one -> one.parent().map(ProcessHandle::pid).orElse(0L)));
    return roots.stream().mapToDouble(root -> memoryMib(root, children)).sum();
  }

  private static double memoryMib(ProcessHandle root, Map<Long, List<ProcessHandle>> children) {
    double below = 0;
    for (ProcessHandle child : children.getOrDefault(root.pid(), List.of())) {
      below += memoryMib(child, children);
    }
    return memoryMib(root) + below;
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

package io.imagetools.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Kills what this JVM started when it exits, however a test ended. Safe for any thread. */
final class OwnedProcesses {

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> RUNNING.forEach(Process::destroyForcibly), "kills-processes-of-tests"));
  }

  private OwnedProcesses() {}

  static void add(Process process) {
    RUNNING.add(process);
  }

  /** Kills it and waits for its end. */
  static void end(Process process) {
    process.destroyForcibly().onExit().join();
    RUNNING.remove(process);
  }
}

package io.imagetools.worker.execution;

import io.imagetools.common.job.RunId;
import java.util.HashSet;
import java.util.Set;

/**
 * The jobs that this worker is at, so that those of a cancelled run are broken off. Thread-safe.
 */
final class RunningJobs {

  /** Guarded by this. */
  private final Set<Entry> entries = new HashSet<>();

  /** One job in its thread. */
  static final class Entry {
    private final RunId run;
    private final Thread thread;
    private boolean brokenOff;

    private Entry(RunId run, Thread thread) {
      this.run = run;
      this.thread = thread;
    }
  }

  /** This thread begins with a job of that run. */
  synchronized Entry enter(RunId run) {
    Entry entry = new Entry(run, Thread.currentThread());
    entries.add(entry);
    return entry;
  }

  /**
   * This thread, which entered, is done with it: from now on nobody here interrupts it, and an
   * interrupt from here is taken back.
   */
  synchronized void leave(Entry entry) {
    entries.remove(entry);
    if (entry.brokenOff) {
      Thread.interrupted();
    }
  }

  /** Interrupts the jobs of that run. */
  synchronized void breakOff(RunId run) {
    for (Entry entry : entries) {
      if (entry.run.equals(run)) {
        entry.brokenOff = true;
        entry.thread.interrupt();
      }
    }
  }
}

package io.imagetools.cli.role;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells another watcher of the failures of one run, of each image once: a run that is followed
 * again is read from its beginning. Thread-safe if the other is.
 */
final class ToldOnce implements RunWatcher {
  private final RunWatcher other;
  private final Set<Integer> told = ConcurrentHashMap.newKeySet();

  ToldOnce(RunWatcher other) {
    this.other = other;
  }

  @Override
  public void failed(MirrorResult result) {
    if (told.add(result.id().number())) {
      other.failed(result);
    }
  }

  @Override
  public void ended(Run run, Counts counts) throws InterruptedException {
    other.ended(run, counts);
  }
}

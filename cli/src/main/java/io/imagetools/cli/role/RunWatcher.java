package io.imagetools.cli.role;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;

/**
 * Who is told what happens in runs that are followed. Thread-safe: each run has a thread of its
 * own. A run that is followed anew is told anew.
 */
public interface RunWatcher {

  /** Nobody. */
  RunWatcher NOBODY =
      new RunWatcher() {
        @Override
        public void failed(MirrorResult result) {}

        @Override
        public void ended(Run run, Counts counts) {}
      };

  /** An image has failed, for all that is known now. Does not wait. */
  void failed(MirrorResult result);

  /**
   * A run has ended. It is marked as done after this has returned, so that who dies here tells it
   * again.
   *
   * @throws InterruptedException if the process ends meanwhile
   */
  void ended(Run run, Counts counts) throws InterruptedException;
}

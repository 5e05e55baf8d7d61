package io.imagetools.worker.registry;

import io.imagetools.worker.engine.MirrorFailure;
import java.time.Duration;

/** Work on a thread of its own, which another one watches and ends when it stands still. */
interface Watched {

  /** Does it. */
  void run() throws MirrorFailure, InterruptedException;

  /** Ends it, from another thread; {@link #run} throws something then. */
  void cancel();

  /** Bytes so far; grows as long as it gets on. */
  long progress();

  /**
   * Called about every second by the thread that watches, so that it can say how far it has got.
   *
   * @param nowNanos as {@link System#nanoTime}
   */
  void look(long nowNanos);

  /** How long it may go without progress. */
  Duration stall();

  /** How long it may take altogether. */
  Duration limit();
}

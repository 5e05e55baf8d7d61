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

  /** How long it may go without progress. */
  Duration stall();

  /** How long it may take altogether. */
  Duration limit();
}

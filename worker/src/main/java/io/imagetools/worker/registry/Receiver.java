package io.imagetools.worker.registry;

import java.io.InputStream;
import java.time.Duration;

/** Takes the body of an answer while it arrives. */
interface Receiver {

  /**
   * Takes it, on the thread of the request; what goes wrong the receiver keeps for itself.
   *
   * @return whether it took all of it, so that the connection can serve again
   */
  boolean receive(InputStream body);

  /** Stops it, from another thread. */
  void cancel();

  /** Bytes so far; grows as long as it gets on. */
  long progress();

  /** How long it may go without progress. */
  Duration stall();

  /** How long it may take altogether. */
  Duration limit();
}

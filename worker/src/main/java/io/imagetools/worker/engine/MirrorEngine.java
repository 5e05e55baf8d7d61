package io.imagetools.worker.engine;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import java.util.List;

/**
 * The port to what copies an image. Implementations are thread-safe: the slots of a worker share
 * one engine. A job performed again after it succeeded copies nothing.
 */
public interface MirrorEngine extends AutoCloseable {

  /** Its name on the command line and in the log. */
  String name();

  /**
   * Performs one attempt of the job: the destination tag serves what the job asks for when this
   * returns, and is as it was when it throws.
   *
   * @throws MirrorFailure if it can't be done; {@link MirrorFailure#kind()} says whether a further
   *     attempt makes sense
   * @throws InterruptedException if the thread was interrupted; nothing of the attempt goes on
   */
  MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException;

  /** What it needs and whether it is there. */
  List<Check> check();

  @Override
  void close();
}

package io.imagetools.worker.queue;

import io.imagetools.common.process.Check;
import java.time.Duration;

/**
 * The port through which a worker takes jobs. At least once: a job is handed out again until its
 * result was acknowledged, and to nobody else while its lease is renewed.
 *
 * <p>The order of effects, and what a crash at each arrow causes:
 *
 * <ol>
 *   <li>run opened → jobs published: the run is known and short of jobs; submit it again, same id.
 *   <li>jobs published → job taken: the job waits in the queue.
 *   <li>job taken → image copied, tag last: the lease ends, the job is handed out again; the
 *       destination tag is as it was, blobs that arrived are found there.
 *   <li>image copied → result acknowledged by the broker: handed out again, found done, answered as
 *       unchanged.
 *   <li>result acknowledged → job acknowledged: handed out again, found done; the ledger absorbs
 *       the second result.
 *   <li>or, for a job that has to wait long: parked → job acknowledged: it waits, and is handed out
 *       again as well; whoever waited last counts, and a job that is done is found done.
 *   <li>parked, its time has come → back on the queue → no longer parked: it is put on the queue
 *       twice, and the second time found done.
 *   <li>job acknowledged → ledger → failed list: the collector reads the run again from its start.
 * </ol>
 *
 * <p>Implementations are thread-safe. Records that can't be decoded or are not valid never reach
 * the handler: the queue puts them on the dead-letter topic with the reason.
 */
public interface JobQueue extends AutoCloseable {

  /**
   * Sets up in the cluster what {@link #start} would, and takes no job.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the cluster can't serve this queue
   */
  default void prepare() {}

  /**
   * Begins to take jobs, at most that many at once, until {@link #stop}. Returns at once. A broker
   * that is away is waited for and never ends the queue.
   *
   * @throws io.imagetools.common.process.EnvironmentException if the cluster can't serve this queue
   */
  void start(int slots, JobHandler handler);

  /**
   * Takes no further jobs, and holds nothing against those that are given back from now on. Returns
   * at once; {@link #stop} follows, and need not follow this.
   */
  void takeNoMore();

  /**
   * Takes no further jobs; waits up to {@code drain} for the running ones; interrupts the rest and
   * releases them. Repeatable.
   */
  void stop(Duration drain);

  /** How many jobs are running here now. */
  int running();

  /** Whether the cluster would hand out jobs. */
  Check check();

  /** {@link #stop} without waiting. */
  @Override
  void close();
}

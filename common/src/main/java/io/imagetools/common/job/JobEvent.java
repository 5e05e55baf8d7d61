package io.imagetools.common.job;

import java.time.Instant;

/** What the status topic carries of a run: one event after the other, in any order, repeated. */
public sealed interface JobEvent {

  /** The run it belongs to. */
  RunId run();

  /**
   * A line of the list that no job could be made of.
   *
   * @param line its number, counted from 1
   * @param text what stands there
   * @param reason a sentence
   */
  record LineRejected(RunId run, int line, String text, String reason) implements JobEvent {}

  /** A job was made of a line; it is published next. */
  record Planned(MirrorJob job) implements JobEvent {
    @Override
    public RunId run() {
      return job.id().run();
    }
  }

  /**
   * A worker has taken the job.
   *
   * @param delivery which delivery of the job it is, counted from 1
   */
  record Started(MirrorJob job, String worker, Instant at, int delivery) implements JobEvent {
    @Override
    public RunId run() {
      return job.id().run();
    }
  }

  /** The job has ended. */
  record Finished(MirrorResult result) implements JobEvent {
    @Override
    public RunId run() {
      return result.id().run();
    }
  }
}

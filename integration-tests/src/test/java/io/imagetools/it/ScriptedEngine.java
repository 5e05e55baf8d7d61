package io.imagetools.it;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** An engine that copies nothing and does what a test says. Thread-safe. */
public final class ScriptedEngine implements MirrorEngine {

  /** One attempt; returns if it succeeds. */
  @FunctionalInterface
  public interface Script {
    /** Copies the image of that job, or does not. */
    void attempt(MirrorJob job) throws MirrorFailure, InterruptedException;
  }

  private final Script script;
  private final Set<JobId> running = ConcurrentHashMap.newKeySet();
  private final Set<JobId> begun = ConcurrentHashMap.newKeySet();

  ScriptedEngine(Script script) {
    this.script = script;
  }

  /** Copies without an end, until it is interrupted. */
  static void copyForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** Jobs that are under way now. */
  Set<JobId> running() {
    return running;
  }

  /** Jobs that were ever begun. */
  Set<JobId> begun() {
    return begun;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    begun.add(job.id());
    running.add(job.id());
    try {
      script.attempt(job);
    } finally {
      running.remove(job.id());
    }
    Digest digest = Digest.sha256(job.source().toString());
    return new MirrorReport(true, digest, digest, List.of(), List.of(), new ByteCounts(1, 0, 0));
  }

  @Override
  public List<Check> check() {
    return List.of();
  }

  @Override
  public void close() {}
}

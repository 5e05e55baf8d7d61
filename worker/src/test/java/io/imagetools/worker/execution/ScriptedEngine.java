package io.imagetools.worker.execution;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that does what a test says, and counts. */
final class ScriptedEngine implements MirrorEngine {

  /** One attempt; the number of the call counts from 1. */
  @FunctionalInterface
  interface Script {
    MirrorReport attempt(MirrorJob job, int call) throws MirrorFailure, InterruptedException;
  }

  private final Script script;
  private final AtomicInteger calls = new AtomicInteger();

  ScriptedEngine(Script script) {
    this.script = script;
  }

  int calls() {
    return calls.get();
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    return script.attempt(job, calls.incrementAndGet());
  }

  @Override
  public List<Check> check() {
    return List.of();
  }

  @Override
  public void close() {}
}

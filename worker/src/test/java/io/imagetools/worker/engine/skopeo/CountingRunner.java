package io.imagetools.worker.engine.skopeo;

import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.ProgramResult;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs programs, and remembers what it was asked for. */
final class CountingRunner implements ProgramRunner {

  private final SystemProgramRunner runner = new SystemProgramRunner();
  private final List<ProgramCall> calls = new CopyOnWriteArrayList<>();

  @Override
  public ProgramResult run(ProgramCall call) throws IOException, InterruptedException {
    calls.add(call);
    return runner.run(call);
  }

  List<ProgramCall> calls() {
    return calls;
  }

  /** Those whose arguments have that word. */
  List<ProgramCall> calls(String word) {
    return calls.stream().filter(call -> call.argv().contains(word)).toList();
  }

  int running() {
    return runner.running();
  }

  @Override
  public void close() {
    runner.close();
  }
}

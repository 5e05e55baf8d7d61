package io.imagetools.worker.program;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes each run of a program for a traced job a span below the job's, by OpenTelemetry's
 * conventions for programs of a command line. Its name and how it ended are in it; arguments,
 * environment and output are not. Thread-safe.
 */
public final class TracedPrograms implements ProgramRunner {
  private final ProgramRunner runner;
  private final Tracing tracing;

  /**
   * The same runner, traced.
   *
   * @param runner closed with this one
   * @param tracing not closed
   */
  public TracedPrograms(ProgramRunner runner, Tracing tracing) {
    this.runner = runner;
    this.tracing = tracing;
  }

  @Override
  public ProgramResult run(ProgramCall call) throws IOException, InterruptedException {
    TraceContext job = CurrentTrace.get();
    if (job == null) {
      return runner.run(call);
    }
    String name = String.valueOf(Path.of(call.argv().get(0)).getFileName());
    TracedWork work =
        tracing.begin(Tracing.Kind.CLIENT, name, job, Map.of("process.executable.name", name));
    try {
      ProgramResult result = runner.run(call);
      ended(work, result);
      return result;
    } catch (IOException | InterruptedException e) {
      bad(work, e.getClass().getName());
      throw e;
    } finally {
      work.end();
    }
  }

  private static void ended(TracedWork work, ProgramResult result) {
    work.note("process.exit.code", result.exitStatus());
    if (result.endedBy() != EndedBy.EXIT) {
      bad(work, result.endedBy().name());
    } else if (result.exitStatus() != 0) {
      bad(work, Integer.toString(result.exitStatus()));
    }
  }

  private static void bad(TracedWork work, String type) {
    work.note("error.type", type);
    work.failed(""); // what the program said of it is foreign text
  }

  @Override
  public void close() {
    runner.close();
  }
}

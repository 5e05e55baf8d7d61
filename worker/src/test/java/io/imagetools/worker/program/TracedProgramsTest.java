package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.worker.trace.SpanRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a trace shows of the programs that run for a job. */
@Timeout(300)
class TracedProgramsTest {
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

  private final SpanRecorder recorder = new SpanRecorder();
  private final SystemProgramRunner programs = new SystemProgramRunner();
  private final TracedPrograms traced = new TracedPrograms(programs, recorder);

  @AfterEach
  void close() {
    traced.close();
  }

  private ProgramResult ofAJob(String program, Duration limit, String... arguments)
      throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of(program));
    argv.addAll(List.of(arguments));
    TraceContext before = CurrentTrace.swap(SpanRecorder.JOB);
    try {
      return traced.run(
          new ProgramCall(argv, ENVIRONMENT, null, false, limit, LONG, LineFilter.KEEP));
    } finally {
      CurrentTrace.swap(before);
    }
  }

  private SpanRecorder.Recorded span() {
    assertThat(recorder.spans()).hasSize(1);
    return recorder.spans().get(0);
  }

  @Test
  void a_run_is_a_span_below_the_job_without_its_arguments() throws Exception {
    ProgramResult result = ofAJob("/bin/sh", LONG, "-c", "echo out; exit 0", "s3cret");

    assertThat(result.standardOutput()).isEqualTo("out");
    assertThat(span().what()).isEqualTo("CLIENT sh");
    assertThat(span().parent()).isEqualTo(SpanRecorder.JOB);
    assertThat(span().ends()).containsExactly("ended");
    assertThat(span().notes())
        .containsOnly(
            Map.entry("process.executable.name", "sh"),
            Map.entry("process.exit.code", "0 (a number)"));
  }

  @Test
  void one_that_is_not_content_has_failed_and_what_it_said_is_not_told() throws Exception {
    ofAJob("/bin/sh", LONG, "-c", "echo s3cret >&2; exit 7");

    assertThat(span().ends()).containsExactly("failed", "ended");
    assertThat(span().notes())
        .containsOnly(
            Map.entry("process.executable.name", "sh"),
            Map.entry("process.exit.code", "7 (a number)"),
            Map.entry("error.type", "7"));
  }

  @Test
  void one_that_was_stopped_says_by_which_limit() throws Exception {
    ofAJob("/bin/sh", Duration.ofSeconds(1), "-c", "exec sleep 600");

    assertThat(span().ends()).containsExactly("failed", "ended");
    assertThat(span().notes())
        .containsEntry("error.type", "WALL_LIMIT")
        .containsEntry("process.exit.code", "137 (a number)");
  }

  @Test
  void one_that_can_not_be_started_has_no_exit_status(@TempDir Path empty) {
    String missing = empty.resolve("skopeo").toString();

    assertThatThrownBy(() -> ofAJob(missing, LONG)).isInstanceOf(IOException.class);

    assertThat(span().what()).isEqualTo("CLIENT skopeo");
    assertThat(span().ends()).containsExactly("failed", "ended");
    assertThat(span().notes())
        .containsEntry("error.type", IOException.class.getName())
        .doesNotContainKey("process.exit.code");
  }

  @Test
  void a_run_for_no_job_is_none() throws Exception {
    ProgramResult result =
        traced.run(ProgramCall.of(List.of("/bin/sh", "-c", "exit 3"), ENVIRONMENT, LONG));

    assertThat(result.exitStatus()).isEqualTo(3);
    assertThat(recorder.spans()).isEmpty();
  }

  @Test
  void closing_it_closes_what_runs_the_programs() throws Exception {
    traced.close();

    assertThat(ofAJob("/bin/sh", LONG, "-c", "exit 0").endedBy()).isEqualTo(EndedBy.CLOSED);
    assertThat(span().notes()).containsEntry("error.type", "CLOSED");
  }
}

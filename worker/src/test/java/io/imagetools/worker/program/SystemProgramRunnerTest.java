package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SystemProgramRunnerTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  /** Ten times what lies between two moves of the programs that shall live. */
  private static final Duration STALL = Duration.ofSeconds(5);

  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));

  private final SystemProgramRunner runner = new SystemProgramRunner();
  private final ExecutorService caller = Executors.newSingleThreadExecutor();

  private final Path folder;

  SystemProgramRunnerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    runner.close();
    caller.shutdownNow();
  }

  private ProgramResult shell(String script, Duration wall, Duration stall)
      throws IOException, InterruptedException {
    return runner.run(call(script, wall, stall, null));
  }

  private static ProgramCall call(
      String script, Duration wall, Duration stall, @Nullable Path secret) {
    List<String> argv = List.of("/bin/sh", "-c", script);
    boolean isSecret = secret != null;
    return new ProgramCall(argv, ENVIRONMENT, secret, isSecret, wall, stall, LineFilter.KEEP);
  }

  @Test
  void tells_status_and_both_outputs() throws Exception {
    ProgramResult result = shell("echo one; echo two >&2; exit 7", LONG, LONG);

    assertThat(result.endedBy()).isEqualTo(EndedBy.EXIT);
    assertThat(result.exitStatus()).isEqualTo(7);
    assertThat(result.standardOutput()).isEqualTo("one");
    assertThat(result.standardError()).isEqualTo("two");
    assertThat(result.succeeded()).isFalse();
  }

  @Test
  void the_program_sees_the_environment_given_and_no_more() throws Exception {
    ProgramResult result =
        runner.run(ProgramCall.of(List.of("/usr/bin/env"), Map.of("GIVEN", "1"), LONG));

    assertThat(result.standardOutput()).isEqualTo("GIVEN=1");
  }

  @Test
  void arguments_arrive_literally_since_there_is_no_shell() throws Exception {
    List<String> odd = List.of("; rm x", "$(id)", "`id`", "-n", "--help", "a b", "*", "", "'\"\\");
    List<String> argv = new java.util.ArrayList<>(List.of("/usr/bin/printf", "[%s]"));
    argv.addAll(odd);

    ProgramResult result = runner.run(ProgramCall.of(argv, ENVIRONMENT, LONG));

    assertThat(result.standardOutput()).isEqualTo("[" + String.join("][", odd) + "]");
  }

  @Test
  void refuses_an_argument_with_a_nul_and_a_call_without_a_program() {
    assertThatThrownBy(() -> ProgramCall.of(List.of("sh", "a\0b"), Map.of(), LONG))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProgramCall.of(List.of(), Map.of(), LONG))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProgramCall.of(List.of("sh"), Map.of(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_program_that_is_not_there_is_said_by_name() {
    assertThatThrownBy(() -> runner.run(ProgramCall.of(List.of("/nowhere/skopeo"), Map.of(), LONG)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/nowhere/skopeo");
  }

  @Test
  void kills_what_runs_longer_than_the_wall_limit_though_it_is_busy() throws Exception {
    ProgramResult result = shell("while :; do echo busy; done", Duration.ofSeconds(1), LONG);

    assertThat(result.endedBy()).isEqualTo(EndedBy.WALL_LIMIT);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.took()).isLessThan(LONG);
  }

  @Test
  void kills_what_stands_still() throws Exception {
    ProgramResult result = shell("sleep 100", LONG, Duration.ofSeconds(1));

    assertThat(result.endedBy()).isEqualTo(EndedBy.STALL_LIMIT);
  }

  @Test
  void lets_live_what_moves_bytes_without_a_word() throws Exception {
    String silent = "for i in $(seq 12); do head -c 100000 /dev/zero >/dev/null; sleep 0.5; done";

    ProgramResult result = shell(silent, LONG, STALL);

    assertThat(result.endedBy()).isEqualTo(EndedBy.EXIT);
    assertThat(result.took()).isGreaterThan(STALL);
  }

  @Test
  void a_child_that_moves_bytes_counts_for_its_parent() throws Exception {
    String script =
        "sh -c 'for i in $(seq 12); do head -c 9999 /dev/zero >/dev/null; sleep 0.5; done' & wait";

    assertThat(shell(script, LONG, STALL).endedBy()).isEqualTo(EndedBy.EXIT);
  }

  @Test
  void a_flood_of_output_is_bounded_and_its_ends_are_kept() throws Exception {
    String flood = "echo first; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last";

    ProgramResult result = shell(flood, LONG, LONG);

    assertThat(result.succeeded()).isTrue();
    assertThat(result.standardOutput()).startsWith("first\n").endsWith("\nlast");
    assertThat(result.standardOutput().length()).isLessThan(BoundedText.MAX_LINE + 100);
  }

  @Test
  void of_a_million_lines_the_first_and_the_last_are_kept() throws Exception {
    ProgramResult result = shell("seq 1 1000000 >&2", LONG, LONG);

    List<String> lines = result.standardError().lines().toList();
    assertThat(lines).hasSize(BoundedText.HEAD_LINES + 1 + BoundedText.TAIL_LINES);
    assertThat(lines).startsWith("1", "2").endsWith("999999", "1000000");
    assertThat(lines.get(BoundedText.HEAD_LINES)).contains("999600 lines left out");
  }

  @Test
  void a_filter_that_fails_neither_stops_the_program_nor_loses_the_line() throws Exception {
    LineFilter broken =
        line -> {
          throw new IllegalStateException("a defect of ours");
        };
    ProgramCall call =
        new ProgramCall(
            List.of("/bin/sh", "-c", "seq 1 100000"), ENVIRONMENT, null, false, LONG, LONG, broken);

    ProgramResult result = runner.run(call);

    assertThat(result.succeeded()).isTrue();
    assertThat(result.standardOutput()).endsWith("100000");
  }

  @Test
  void an_interrupt_kills_the_whole_tree() throws Exception {
    String script = "sleep 300 & sh -c 'sleep 300 & echo ready; wait' & wait";
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    ProgramCall call =
        new ProgramCall(
            List.of("/bin/sh", "-c", script),
            ENVIRONMENT,
            null,
            false,
            LONG,
            LONG,
            line -> ready.complete(true));
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    // Registries that other tests of this process share.
    List<ProcessHandle> others = ProcessHandle.current().descendants().toList();

    caller.execute(
        () -> {
          try {
            runner.run(call);
          } catch (IOException | InterruptedException e) {
            thrown.complete(e);
          }
        });
    ready.get();
    List<ProcessHandle> tree =
        ProcessHandle.current().descendants().filter(one -> !others.contains(one)).toList();
    assertThat(tree).hasSizeGreaterThanOrEqualTo(4);
    caller.shutdownNow();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    // Whose parent died first looks alive until the system's first process has buried it.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> tree.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(runner.running()).isZero();
  }

  @Test
  void does_not_start_anything_for_a_thread_that_was_interrupted() throws Exception {
    Path trace = folder.resolve("trace");
    Future<?> future =
        caller.submit(
            () -> {
              Thread.currentThread().interrupt();
              return shell("touch " + trace, LONG, LONG);
            });

    assertThatThrownBy(future::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(trace).doesNotExist();
  }

  @Test
  void what_a_program_leaves_running_is_ended_with_it() throws Exception {
    ProgramResult result = shell("sleep 300 & echo $!; sleep 1", LONG, LONG);

    long left = Long.parseLong(result.standardOutput());
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void closing_ends_what_runs_and_says_so() throws Exception {
    Future<ProgramResult> running = caller.submit(() -> shell("sleep 300", LONG, LONG));
    await().atMost(Duration.ofMinutes(2)).until(() -> runner.running() == 1);

    runner.close();

    assertThat(running.get().endedBy()).isEqualTo(EndedBy.CLOSED);
    assertThat(shell("echo", LONG, LONG).endedBy()).isEqualTo(EndedBy.CLOSED);
  }

  @Test
  void a_secret_is_read_though_its_file_goes_at_the_start() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "hidden");
    String script = "while test -e " + secret + "; do sleep 0.02; done; cat /dev/stdin /dev/stdin";

    ProgramResult result = runner.run(call(script, LONG, LONG, secret));

    assertThat(result.standardOutput()).isEqualTo("hiddenhidden");
    assertThat(secret).doesNotExist();
  }

  @Test
  void a_secret_is_gone_also_when_the_program_is_killed() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "hidden");

    ProgramResult result = runner.run(call("kill -9 $$", LONG, LONG, secret));

    assertThat(result.exitStatus()).isEqualTo(128 + 9);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_secret_is_gone_also_when_the_program_can_not_be_started() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "hidden");
    ProgramCall call =
        new ProgramCall(List.of("/nowhere/x"), Map.of(), secret, true, LONG, LONG, LineFilter.KEEP);

    assertThatThrownBy(() -> runner.run(call)).isInstanceOf(IOException.class);

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void an_input_that_is_no_secret_stays() throws Exception {
    Path input = Files.writeString(folder.resolve("input"), "shown");
    ProgramCall call =
        new ProgramCall(
            List.of("/bin/cat"), ENVIRONMENT, input, false, LONG, LONG, LineFilter.KEEP);

    assertThat(runner.run(call).standardOutput()).isEqualTo("shown");
    assertThat(input).exists();
  }

  @Test
  void without_input_a_program_that_reads_gets_the_end() throws Exception {
    assertThat(shell("cat; echo done", LONG, LONG).standardOutput()).isEqualTo("done");
  }

  @Test
  void many_at_once_do_not_get_into_each_others_way() {
    AtomicLong wrong = new AtomicLong();
    ExecutorService many = Executors.newFixedThreadPool(20);
    List<CompletableFuture<Void>> runs =
        java.util.stream.IntStream.range(0, 100)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          if (!Optional.of("" + i).equals(echoed(i))) {
                            wrong.incrementAndGet();
                          }
                        },
                        many))
            .toList();
    runs.forEach(CompletableFuture::join);
    many.shutdown();

    assertThat(wrong).hasValue(0);
  }

  private Optional<String> echoed(int i) {
    try {
      return Optional.of(shell("echo " + i, LONG, LONG).standardOutput());
    } catch (IOException | InterruptedException e) {
      return Optional.empty();
    }
  }
}

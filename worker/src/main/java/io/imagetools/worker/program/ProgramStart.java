package io.imagetools.worker.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a program is started, where the system has util-linux, whose programs do what Java can't and
 * then become the program, so that the process is the same. Immutable.
 *
 * <ul>
 *   <li>The kernel ends it when this process dies, even by {@code kill -9} (setpriv(1); prctl(2),
 *       PR_SET_PDEATHSIG). Else it outlives a killed worker until it ends by itself or writes to
 *       the closed pipe of its output.
 *   <li>It has a session of its own (setsid(1)). Else Ctrl-C at the worker's terminal reaches the
 *       program too: what the worker lets end is killed, and counts as a failed attempt.
 * </ul>
 */
final class ProgramStart {
  private static final List<String> FOLDERS = List.of("/usr/bin", "/bin");
  private static final int PROBE_SECONDS = 30;

  private final List<String> prefix;

  private ProgramStart(List<String> prefix) {
    this.prefix = List.copyOf(prefix);
  }

  /** As this system allows it. */
  static ProgramStart ofThisSystem() {
    List<String> prefix = new ArrayList<>();
    program("setpriv", "--pdeathsig")
        .ifPresent(setpriv -> prefix.addAll(List.of(setpriv, "--pdeathsig", "KILL", "--")));
    program("setsid", "--wait").ifPresent(setsid -> prefix.addAll(List.of(setsid, "--")));
    return new ProgramStart(prefix);
  }

  private static Optional<String> program(String name, String itsHelpSays) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .filter(program -> helpSays(program, itsHelpSays))
        .map(Path::toString)
        .findFirst();
  }

  /** Those of busybox know less, and say so. */
  private static boolean helpSays(Path program, String option) {
    try {
      Process help =
          new ProcessBuilder(program.toString(), "--help").redirectErrorStream(true).start();
      String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return help.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && text.contains(option);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The command line that starts the same program so. One that can't be started at all stays as it
   * is: the system says so better than setpriv.
   */
  List<String> of(List<String> argv) {
    Path program = Path.of(argv.get(0));
    if (!program.isAbsolute() || !Files.isExecutable(program)) {
      return argv;
    }
    return Stream.concat(prefix.stream(), argv.stream()).toList();
  }
}

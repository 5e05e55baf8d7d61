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
 * Lets the kernel end a program when this process dies, even by {@code kill -9} (Linux, prctl(2),
 * PR_SET_PDEATHSIG). Java can't ask for that itself; setpriv(1) of util-linux does and then becomes
 * the program, so that the process is the same. Without it a program outlives a killed worker until
 * it ends by itself or writes to the closed pipe of its output. Immutable.
 */
final class ParentDeath {
  private static final List<String> OPTIONS = List.of("--pdeathsig", "KILL", "--");
  private static final int PROBE_SECONDS = 30;

  private final List<String> prefix;

  private ParentDeath(List<String> prefix) {
    this.prefix = List.copyOf(prefix);
  }

  /** As this system allows it. */
  static ParentDeath ofThisSystem() {
    Optional<Path> setpriv =
        Stream.of("/usr/bin/setpriv", "/bin/setpriv")
            .map(Path::of)
            .filter(Files::isExecutable)
            .filter(ParentDeath::knowsIt)
            .findFirst();
    List<String> prefix = new ArrayList<>();
    setpriv.ifPresent(
        program -> {
          prefix.add(program.toString());
          prefix.addAll(OPTIONS);
        });
    return new ParentDeath(prefix);
  }

  /** That of busybox does not. */
  private static boolean knowsIt(Path setpriv) {
    try {
      Process help =
          new ProcessBuilder(setpriv.toString(), "--help").redirectErrorStream(true).start();
      String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return help.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && text.contains("--pdeathsig");
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
  List<String> over(List<String> argv) {
    Path program = Path.of(argv.get(0));
    if (!program.isAbsolute() || !Files.isExecutable(program)) {
      return argv;
    }
    return Stream.concat(prefix.stream(), argv.stream()).toList();
  }
}

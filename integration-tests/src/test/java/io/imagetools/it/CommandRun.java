package io.imagetools.it;

import io.imagetools.cli.ImageTools;
import io.imagetools.cli.terminal.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A command of the program, run to its end in this process, with what it printed.
 *
 * @param status its exit status
 * @param out standard output
 * @param err standard error: log and summary
 */
record CommandRun(int status, String out, String err) {

  /** Runs it with nothing but PATH and a home of its own in its environment. */
  static CommandRun of(String... arguments) {
    return with(Map.of(), "", arguments);
  }

  /**
   * Runs it.
   *
   * @param environment variables besides PATH
   * @param input standard input, no terminal
   */
  static CommandRun with(Map<String, String> environment, String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("PATH", System.getenv("PATH"));
    all.putIfAbsent("HOME", System.getenv("HOME"));
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            false);
    int status = new ImageTools(streams, all).run(arguments);
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}

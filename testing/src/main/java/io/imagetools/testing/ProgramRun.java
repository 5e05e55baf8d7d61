package io.imagetools.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a small program to its end. Stateless. */
public final class ProgramRun {

  private ProgramRun() {}

  /**
   * Runs a program and returns what it wrote.
   *
   * @param input goes to its standard input, which is where a password belongs
   * @return standard output and standard error, as they came
   * @throws IllegalStateException if its exit status is not 0; what it wrote is in the message
   */
  public static String output(Path program, String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(program + " ended with status " + status + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to run " + program + " but failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + program + " ran", e);
    }
  }
}

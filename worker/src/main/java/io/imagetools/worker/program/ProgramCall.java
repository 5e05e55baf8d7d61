package io.imagetools.worker.program;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program to be.
 *
 * @param argv the program's path and its arguments, as they are: there is no shell. No secrets
 * @param environment all of the environment it gets; nothing is inherited
 * @param standardInput what it reads; null for nothing
 * @param inputIsSecret whether the file of the standard input is deleted as soon as the program has
 *     it open
 * @param wallLimit how long it may run
 * @param stallLimit how long it may do nothing
 * @param filter sees each line of both outputs
 */
public record ProgramCall(
    List<String> argv,
    Map<String, String> environment,
    @Nullable Path standardInput,
    boolean inputIsSecret,
    Duration wallLimit,
    Duration stallLimit,
    LineFilter filter) {

  /**
   * Validates and copies.
   *
   * @throws IllegalArgumentException if there is no program, or a limit is not positive
   */
  public ProgramCall {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    if (argv.isEmpty() || argv.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("a program and its arguments, without NUL: " + argv);
    }
    if (!isPositive(wallLimit) || !isPositive(stallLimit)) {
      throw new IllegalArgumentException("limits are positive");
    }
  }

  /** A run without input whose output is kept. */
  public static ProgramCall of(List<String> argv, Map<String, String> environment, Duration limit) {
    return new ProgramCall(argv, environment, null, false, limit, limit, LineFilter.KEEP);
  }

  private static boolean isPositive(Duration limit) {
    return !limit.isNegative() && !limit.isZero();
  }
}

package io.imagetools.cli.role;

import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.program.ProgramRunner;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which engine copies, and why.
 *
 * @param programs what the skopeo engine runs; null: the registry engine, which runs nothing
 * @param reason a sentence
 */
record EngineChoice(@Nullable Programs programs, String reason) {
  private static final Logger LOG = LoggerFactory.getLogger(EngineChoice.class);

  /**
   * Chooses, and says so in the log.
   *
   * @throws EnvironmentException if the skopeo engine was asked for and there is no skopeo
   */
  static EngineChoice make(
      ProgramRunner runner, WorkerOptions options, Map<String, String> environment)
      throws InterruptedException {
    EngineChoice choice = choose(runner, options, environment);
    LOG.info("{}", choice.reason());
    return choice;
  }

  private static EngineChoice choose(
      ProgramRunner runner, WorkerOptions options, Map<String, String> environment)
      throws InterruptedException {
    if (options.engine() == WorkerOptions.Engine.registry) {
      return new EngineChoice(null, "The registry engine copies, as asked for.");
    }
    if (options.engine() == WorkerOptions.Engine.skopeo || namesProgram(options)) {
      return new EngineChoice(
          Programs.find(runner, options, environment), "The skopeo engine copies, as asked for.");
    }
    try {
      Programs programs = Programs.both(runner, environment);
      return new EngineChoice(
          programs,
          "The skopeo engine copies: "
              + programs.skopeo()
              + " and "
              + programs.buildx()
              + " are here.");
    } catch (EnvironmentException e) {
      return new EngineChoice(
          null, "The registry engine copies, without any program: " + shortened(e));
    }
  }

  /** Who says which skopeo, or where to get one, wants it used. */
  private static boolean namesProgram(WorkerOptions options) {
    return options.skopeo() != null || options.buildx() != null || options.fetchSkopeo() != null;
  }

  /** What is missing, without how to install it: that is not needed. */
  private static String shortened(EnvironmentException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf(". ");
    return end < 0 ? message : message.substring(0, end + 1);
  }

  Check check() {
    return Check.ok("engine", reason);
  }
}

package io.imagetools.cli.command;

import io.imagetools.cli.options.ExecutionOptions;
import io.imagetools.cli.options.JobsOption;
import io.imagetools.cli.options.WorkerOptions;
import java.lang.reflect.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Options that say how to copy say nothing to those who only submit: no record carries them. */
final class ForWorkersOnly {
  private static final Logger LOG = LoggerFactory.getLogger(ForWorkersOnly.class);

  private ForWorkersOnly() {}

  /**
   * Looks at what was typed. A limit that would be passed over without a word is worse than none;
   * {@code -j} stands in everybody's fingers, and only gets a warning.
   *
   * @throws ParameterException if an option of copying was given
   */
  static void refuse(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (isOf(option, WorkerOptions.class) || isOf(option, ExecutionOptions.class)) {
        throw new ParameterException(
            command,
            "with --bootstrap-server the cluster's workers copy: give "
                + option.longestName()
                + " to 'image-tools worker' instead");
      }
      if (isOf(option, JobsOption.class)) {
        LOG.warn(
            "With --bootstrap-server the cluster's workers copy, each with a -j of its own; the one"
                + " given here says nothing.");
      }
    }
  }

  private static boolean isOf(OptionSpec option, Class<?> options) {
    return option.userObject() instanceof Member member && member.getDeclaringClass() == options;
  }
}

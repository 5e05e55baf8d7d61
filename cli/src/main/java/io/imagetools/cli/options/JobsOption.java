package io.imagetools.cli.options;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How many images at once. */
public final class JobsOption {
  /** More than that rarely makes one machine faster, and often makes a registry refuse. */
  public static final int MOST = 20;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "1",
      description = "Images at once, 1 to 20. Default: 1.")
  int jobs = 1;

  /** The number, brought into its bounds with a warning. */
  public int jobs() {
    int bounded = Math.max(1, Math.min(MOST, jobs));
    if (bounded != jobs) {
      Logger log = LoggerFactory.getLogger(JobsOption.class);
      log.warn("-j {} is outside of 1..{}; going on with {}.", jobs, MOST, bounded);
    }
    return bounded;
  }
}

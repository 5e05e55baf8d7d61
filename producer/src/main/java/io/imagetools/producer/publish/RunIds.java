package io.imagetools.producer.publish;

import io.imagetools.common.job.RunId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Makes names of runs: they sort by time, and two of the same second differ. */
public final class RunIds {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int SUFFIXES = 1 << 20;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** By that clock. */
  public RunIds(Clock clock) {
    this.clock = clock;
  }

  /** A new one: {@code 20261124-133000-0f3a9}, in UTC. */
  public RunId next() {
    String suffix = String.format(Locale.ROOT, "%05x", random.nextInt(SUFFIXES));
    return new RunId(TIME.format(clock.instant()) + "-" + suffix);
  }
}

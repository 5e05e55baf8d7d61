package io.imagetools.cli.terminal;

import io.imagetools.common.job.ByteSize;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log line now and then, for where nobody sits before a terminal. */
public final class PlainProgress implements ProgressDisplay {
  /** Often enough to see that it lives, seldom enough to find something else in the log. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(PlainProgress.class);

  private final Clock clock;
  private final Instant start;
  private Instant last;

  /** Begins to measure. */
  public PlainProgress(Clock clock) {
    this.clock = clock;
    this.start = clock.instant();
    this.last = start;
  }

  @Override
  public void show(Progress progress) {
    Instant now = clock.instant();
    if (Duration.between(last, now).compareTo(INTERVAL) < 0) {
      return;
    }
    last = now;
    Duration elapsed = Duration.between(start, now);
    LOG.info(
        "{} of {} done, {} running, {} failed, {} copied ({}), {} left",
        progress.done(),
        progress.total(),
        progress.running(),
        progress.failed(),
        ByteSize.of(progress.bytes()),
        Amounts.rate(progress.bytes(), elapsed),
        Amounts.timeLeft(progress, elapsed));
  }

  @Override
  public void close() {}
}

package io.imagetools.worker.execution;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** An attempt that was not begun, and does not count: a registry wants to be left alone. */
final class HeldBack extends MirrorFailure {
  private static final long serialVersionUID = 1L;

  HeldBack(Registry registry, Instant until, Duration pause) {
    super(
        FailureKind.RATE_LIMITED,
        registry
            + " was not asked: it wants to be left alone until "
            + until.truncatedTo(ChronoUnit.SECONDS),
        registry,
        List.of(),
        pause,
        null);
  }
}

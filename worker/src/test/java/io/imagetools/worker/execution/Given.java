package io.imagetools.worker.execution;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the tests of this package begin with. */
final class Given {
  static final RunId RUN = new RunId("run-1");
  static final Registry SOURCE = new Registry("source.example");
  static final Registry DESTINATION = new Registry("destination.example");
  static final ParkingLot NO_PARKING =
      (job, parking) -> {
        throw new AssertionError("parked: " + job + ", " + parking);
      };
  static final Predicate<RunId> NOTHING_CANCELLED = run -> false;

  /** The rate limiter has a clock of its own; here it shall not be felt. Nothing is parked. */
  static final ExecutionSettings SETTINGS =
      new ExecutionSettings(
          ExecutionSettings.Retrying.DEFAULT,
          new ExecutionSettings.Gating(20, 1_000_000, ExecutionSettings.Circuit.DEFAULT),
          new ExecutionSettings.Waiting(Duration.ofDays(1), Duration.ZERO));

  /** So many that nobody is sent away for want of a seat. */
  private static final int SLOTS = 1000;

  private Given() {}

  static MirrorJob job() {
    return job(SOURCE.host(), DESTINATION.host());
  }

  static MirrorJob job(String source, String destination) {
    return new MirrorJob(
        new JobId(RUN, 7),
        7,
        ImageReference.parse(source + "/library/app:1.0"),
        ImageReference.parse(destination + "/mirror/app:1.0"),
        PlatformSelector.ALL,
        false,
        false);
  }

  static MirrorReport copied() {
    return report(true);
  }

  static MirrorReport report(boolean changed) {
    Digest digest = Digest.sha256("image");
    return new MirrorReport(
        changed, digest, digest, List.of(), List.of(), new ByteCounts(10, 0, 5));
  }

  static MirrorFailure failure(FailureKind kind) {
    return failure(kind, DESTINATION, null);
  }

  static MirrorFailure failure(
      FailureKind kind, @Nullable Registry registry, @Nullable Duration retryAfter) {
    return new MirrorFailure(
        kind, "Tried it, but it failed.", registry, List.of("last line"), retryAfter, null);
  }

  static RegistryLimits limits(ManualTime time) {
    return new RegistryLimits(time, Duration.ofHours(6), "w1");
  }

  static Attempts attempts(ScriptedEngine engine, ManualTime time) {
    return attempts(engine, time, SETTINGS);
  }

  static Attempts attempts(ScriptedEngine engine, ManualTime time, ExecutionSettings settings) {
    return new Attempts(engine, settings, limits(time), SLOTS, time, time);
  }
}

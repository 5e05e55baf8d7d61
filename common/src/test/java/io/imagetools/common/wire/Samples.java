package io.imagetools.common.wire;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.BlobNotice;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.job.RegistryCondition;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of each record, with every field in use. The golden files hold their JSON. */
final class Samples {
  static final Instant BEGIN = Instant.parse("2026-11-24T13:30:00Z");
  static final Instant END = Instant.parse("2026-11-24T13:30:12.345Z");
  static final RunId RUN = new RunId("20261124-133000-0f3a9");

  static final MirrorJob JOB =
      new MirrorJob(
          new JobId(RUN, 3),
          7,
          ImageReference.parse("docker.io/library/nginx:1.27"),
          ImageReference.parse("harbor.example.org/mirror/nginx:1.27"),
          PlatformSelector.parse("amd64,linux/arm/v7"),
          true,
          true);

  static final Parking PARKING = new Parking(2, 1, BEGIN, END);

  static final RegistryCondition CONDITION =
      new RegistryCondition(
          new Registry("docker.io"),
          END,
          new RegistryBudget(100, Duration.ofHours(6), 0),
          "worker-a",
          BEGIN);

  static final BlobNotice SENDING =
      new BlobNotice(
          new Registry("registry.example:5000"),
          Digest.sha256("a layer"),
          BlobNotice.State.SENDING,
          List.of(),
          "6f1c1b0e-5a0f-4b7e-9f0e-1d2c3b4a5968",
          "worker-a",
          BEGIN);

  static final BlobNotice THERE =
      new BlobNotice(
          SENDING.registry(),
          SENDING.blob(),
          BlobNotice.State.THERE,
          List.of(
              new Repository(SENDING.registry(), "mirror/nginx"),
              new Repository(SENDING.registry(), "mirror/team/app")),
          SENDING.claim(),
          "worker-a",
          END);

  static final Run OPEN =
      new Run(RUN, BEGIN, 12, 2, 4, 1234, new RunId("20261123-080000-aaaaa"), Run.State.OPEN);

  private Samples() {}

  static MirrorResult result(Outcome outcome) {
    return new MirrorResult(
        JOB,
        outcome,
        2,
        1,
        BEGIN,
        END,
        new ByteCounts(1_000, 200, 30),
        Digest.sha256("source"),
        Digest.sha256("destination"),
        List.of(
            Platform.of("linux", "amd64", ""),
            Platform.of("linux", "arm64", "v8"),
            new Platform("windows", "amd64", "", "10.0.20348.2527", List.of("win32k"))),
        List.of(PlatformPattern.parse("linux/arm/v7")),
        "worker-a");
  }

  static MirrorResult bareFailure() {
    return new MirrorResult(
        JOB,
        new Outcome.Failed(
            FailureKind.RATE_LIMITED,
            "docker.io answered 429",
            List.of("toomanyrequests: slow down", "\"quoted\" and \u00fcml\u00e4ut")),
        5,
        2,
        BEGIN,
        END,
        ByteCounts.NONE,
        null,
        null,
        List.of(),
        List.of(),
        "worker-b");
  }

  /** Events by the name of their golden file. */
  static Map<String, JobEvent> events() {
    Map<String, JobEvent> events = new LinkedHashMap<>();
    events.put(
        "line-rejected",
        new JobEvent.LineRejected(
            RUN, 9, "a b c d\tü", "It has 4 fields: write 'SOURCE DEST TAG'"));
    events.put("job-planned", new JobEvent.Planned(JOB));
    events.put("job-started", new JobEvent.Started(JOB, "worker-a", BEGIN, 1));
    events.put("job-mirrored", new JobEvent.Finished(result(new Outcome.Mirrored())));
    events.put("job-unchanged", new JobEvent.Finished(result(new Outcome.Unchanged())));
    events.put("job-failed", new JobEvent.Finished(bareFailure()));
    events.put(
        "job-cancelled",
        new JobEvent.Finished(
            result(new Outcome.Cancelled("Run 20261124-133000-0f3a9 was cancelled"))));
    return events;
  }
}

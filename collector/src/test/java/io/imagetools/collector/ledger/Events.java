package io.imagetools.collector.ledger;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Events of one run; its job n stands on line 10 n and mirrors {@code a<n>:1}. */
public record Events(RunId run) {
  /** When everything happens. */
  public static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");

  /** The run itself, opened a minute and a half before {@link #NOW}. */
  public Run run(int jobs, int rejected) {
    return new Run(run, NOW.minusSeconds(90), jobs, rejected, 0, 0, null, Run.State.OPEN);
  }

  /** A new instance each time, as a decoder gives it. */
  public MirrorJob job(int number) {
    return new MirrorJob(
        new JobId(new RunId(run.value()), number),
        10 * number,
        ImageReference.parse("a" + number + ":1"),
        ImageReference.parse("h.io/a" + number + ":1"),
        PlatformSelector.parse("amd64,arm64"),
        false,
        number % 2 == 0);
  }

  /** The job was made. */
  public JobEvent planned(int number) {
    return new JobEvent.Planned(job(number));
  }

  /** A worker took it. */
  public JobEvent started(int number) {
    return new JobEvent.Started(job(number), "w", NOW, 1);
  }

  /** It ended in the first delivery. */
  public JobEvent finished(int number, Outcome outcome) {
    return finished(number, outcome, 1);
  }

  /** It ended in that delivery, so many seconds after {@link #NOW}, and moved so many bytes. */
  public JobEvent finished(int number, Outcome outcome, int delivery) {
    return new JobEvent.Finished(
        new MirrorResult(
            job(number),
            outcome,
            1,
            delivery,
            NOW,
            NOW.plusSeconds(delivery),
            new ByteCounts(delivery, 10L * delivery, 100L * delivery),
            null,
            null,
            List.of(),
            List.of(),
            "w"));
  }

  /** A line was rejected. */
  public JobEvent rejected(int line, String text) {
    return new JobEvent.LineRejected(run, line, text, "No job can be made of it.");
  }

  /** A failure. */
  public static Outcome failed(FailureKind kind) {
    return new Outcome.Failed(kind, "It failed.", List.of());
  }

  List<JobEvent> random(Random random, int count, int jobs) {
    return Stream.generate(() -> random(random, 1 + random.nextInt(jobs))).limit(count).toList();
  }

  private JobEvent random(Random random, int number) {
    int delivery = 1 + random.nextInt(2);
    return switch (random.nextInt(9)) {
      case 0 -> planned(number);
      case 1 -> started(number);
      case 2 -> finished(number, new Outcome.Mirrored(), delivery);
      case 3 -> finished(number, new Outcome.Unchanged(), delivery);
      case 4 -> finished(number, failed(FailureKind.NETWORK), delivery);
      case 5 -> finished(number, failed(FailureKind.DENIED), delivery);
      case 6 -> finished(number, failed(FailureKind.NO_RESULT), delivery);
      case 7 -> finished(number, new Outcome.Cancelled("Stopped."), delivery);
      default -> rejected(number, "text " + delivery);
    };
  }
}

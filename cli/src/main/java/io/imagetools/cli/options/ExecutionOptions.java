package io.imagetools.cli.options;

import io.imagetools.worker.execution.ExecutionSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How often an image is tried, and how hard one registry is worked; settings of this process. */
public final class ExecutionOptions {
  @Option(
      names = "--attempts",
      paramLabel = "N",
      converter = CountConverter.Attempts.class,
      defaultValue = "5",
      description = {
        "How often an image is tried when the failure can pass by itself, 1 to 100. Default: 5, which"
            + " rides out about 15 s, a registry's new start."
      })
  int attempts = 5;

  @Option(
      names = "--backoff",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.class,
      defaultValue = "1s",
      description = {
        "Wait before the second attempt; a registry's Retry-After goes before. Default: 1s, in which"
            + " a connection that was cut is there again."
      })
  Duration backoff = Duration.ofSeconds(1);

  @Option(
      names = "--backoff-multiplier",
      paramLabel = "X",
      converter = NumberConverter.Multiplier.class,
      defaultValue = "2",
      description = {
        "Each further wait is so many times as long, 1 to 10. Default: 2: 1, 2, 4, 8 s."
      })
  double multiplier = 2;

  @Option(
      names = "--backoff-jitter",
      paramLabel = "X",
      converter = NumberConverter.Jitter.class,
      defaultValue = "0.5",
      description = {
        "A wait is spread by so large a part of itself to both sides, 0 to 0.99. Default: 0.5, so that"
            + " images that failed in the same second do not come back in the same one."
      })
  double jitter = 0.5;

  @Option(
      names = "--backoff-longest",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.class,
      defaultValue = "60s",
      description = {
        "No wait is longer, unless a registry asks for it. Default: 60s: beyond it, the slot is worth"
            + " more to another image."
      })
  Duration longest = Duration.ofSeconds(60);

  @Option(
      names = "--max-retry-after",
      paramLabel = "DURATION",
      defaultValue = "6h",
      description = {
        "The longest wait that a registry may ask for by Retry-After; after it the registry is asked"
            + " again. Default: 6h, the window of Docker Hub's limits."
      })
  Duration maxRetryAfter = Duration.ofHours(6);

  @Option(
      names = "--wait-in-place",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = {
        "How long an image may wait in its slot. Who has to wait longer, or finds half of the slots"
            + " waiting, waits beside the queue and holds no slot. Default: 30s, in which most"
            + " registries are back."
      })
  Duration waitInPlace = Duration.ofSeconds(30);

  @Option(
      names = "--max-parked",
      paramLabel = "DURATION",
      defaultValue = "12h",
      description = {
        "How long an image may wait beside the queue altogether; who would have to wait longer fails."
            + " 0s: nothing waits there. Default: 12h, two of Docker Hub's windows."
      })
  Duration maxParked = Duration.ofHours(12);

  @Option(
      names = "--max-per-registry",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "20",
      description = {
        "Images at once that touch the same registry. Default: 20, which is what -j allows: less is"
            + " for a registry that others need too."
      })
  int maxPerRegistry = 20;

  @Option(
      names = "--rate-per-registry",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "400",
      description = {
        "Images begun per second that touch the same registry. Default: 400: it bites only where most"
            + " images are there, which cost one request each, and a middling registry answers those."
      })
  int ratePerRegistry = 400;

  @Option(
      names = "--circuit-window",
      paramLabel = "N",
      converter = CountConverter.Window.class,
      defaultValue = "20",
      description = {
        "How many of a registry's last images say whether it is ill, 2 or more. Default: 20, one a slot"
            + " of a full worker."
      })
  int window = 20;

  @Option(
      names = "--circuit-minimum",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "10",
      description = {
        "How many of these must have been seen first. Default: 10, or the window if that is less: the"
            + " first bad luck of a run decides nothing."
      })
  int minimum = 10;

  @Option(
      names = "--circuit-threshold",
      paramLabel = "PERCENT",
      converter = CountConverter.Percent.class,
      defaultValue = "80",
      description = {
        "From which share of no connection, no answer or a broken answer on a registry is ill, 1 to"
            + " 100. Default: 80: one that serves a fifth is better used than left alone."
      })
  int threshold = 80;

  @Option(
      names = "--circuit-open",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.class,
      defaultValue = "15s",
      description = "How long an ill registry is left alone. Default: 15s, a new start's time.")
  Duration open = Duration.ofSeconds(15);

  @Option(
      names = "--circuit-trials",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "2",
      description = {
        "How many images try it then. Default: 2: one alone can have bad luck with its image."
      })
  int trials = 2;

  @Option(
      names = "--circuit-patience",
      paramLabel = "DURATION",
      defaultValue = "20s",
      description = {
        "How long an attempt waits for an ill registry before it fails. Default: 20s, longer than it is"
            + " left alone, so that who waits is there for the trials."
      })
  Duration patience = Duration.ofSeconds(20);

  /** What they say; the converters have seen to the bounds. */
  public ExecutionSettings settings() {
    Duration notBelowTheFirst = longest.compareTo(backoff) < 0 ? backoff : longest;
    return new ExecutionSettings(
        new ExecutionSettings.Retrying(
            attempts, backoff, multiplier, jitter, notBelowTheFirst, maxRetryAfter),
        new ExecutionSettings.Gating(
            maxPerRegistry,
            ratePerRegistry,
            new ExecutionSettings.Circuit(
                window, Math.min(minimum, window), threshold, open, trials, patience)),
        new ExecutionSettings.Waiting(waitInPlace, maxParked));
  }
}

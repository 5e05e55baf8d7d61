package io.imagetools.worker.registry;

import io.imagetools.common.job.RegistryBudget;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Docker Hub says of its limits with every manifest (docs.docker.com, "Pull usage and
 * limits"): {@code ratelimit-limit: 100;w=21600} and {@code ratelimit-remaining: 76;w=21600}, both
 * for a window of so many seconds. Others that speak so are understood as well.
 */
final class BudgetHeaders {
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})\\s*;\\s*w=([0-9]{1,9})");

  private BudgetHeaders() {}

  /** Empty if it says nothing, or nothing that can be understood. */
  static Optional<RegistryBudget> of(Answer answer) {
    Matcher limit = AMOUNT.matcher(answer.header("ratelimit-limit"));
    Matcher remaining = AMOUNT.matcher(answer.header("ratelimit-remaining"));
    if (!limit.matches() || !remaining.matches()) {
      return Optional.empty();
    }
    int requests = Integer.parseInt(limit.group(1));
    int seconds = Integer.parseInt(limit.group(2));
    if (requests < 1 || seconds < 1) {
      return Optional.empty();
    }
    int left = Integer.parseInt(remaining.group(1));
    return Optional.of(new RegistryBudget(requests, Duration.ofSeconds(seconds), left));
  }
}

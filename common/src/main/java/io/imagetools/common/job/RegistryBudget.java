package io.imagetools.common.job;

import java.time.Duration;

/**
 * How much a registry lets one account, or one address, fetch.
 *
 * @param limit requests in a window; at least 1
 * @param window its length; longer than nothing
 * @param remaining of them; not negative
 */
public record RegistryBudget(int limit, Duration window, int remaining) {

  /**
   * Validates.
   *
   * @throws IllegalArgumentException if a number is below its least
   */
  public RegistryBudget {
    if (limit < 1 || remaining < 0) {
      throw new IllegalArgumentException("a budget is 1 or more, and what remains of it 0 or more");
    }
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("a window is longer than nothing");
    }
  }
}

package io.imagetools.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Some ways side by side under the same conditions.
 *
 * @param title above its table
 * @param corpus what is mirrored
 * @param warm what workers have mirrored before
 * @param latency added to each request, on both sides
 * @param bytesPerSecond of a connection
 * @param rounds in each of which every way has its turn
 * @param always the ways of every round
 * @param once those of the first round only: they take long
 */
record Scenario(
    String title,
    Corpus corpus,
    Corpus warm,
    Duration latency,
    long bytesPerSecond,
    int rounds,
    List<Way> always,
    List<Way> once) {

  Scenario {
    always = List.copyOf(always);
    once = List.copyOf(once);
  }

  boolean isFarAway() {
    return !latency.isZero() || bytesPerSecond != SlowProxy.UNLIMITED;
  }

  /** With only those ways that were asked for. */
  Scenario only(UnaryOperator<List<Way>> chosen) {
    return new Scenario(
        title,
        corpus,
        warm,
        latency,
        bytesPerSecond,
        rounds,
        chosen.apply(always),
        chosen.apply(once));
  }
}

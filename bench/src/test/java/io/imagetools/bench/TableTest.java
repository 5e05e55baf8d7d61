package io.imagetools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {

  private static final Corpus NONE = new Corpus(List.of(), 0);

  private static Sample seconds(double wall) {
    return new Sample(wall, 1, 100, 10, 20, Optional.empty());
  }

  @Test
  void ratios_are_those_within_a_round() {
    Results results = new Results();
    double[] loads = {1, 10, 3};
    for (int round = 1; round <= loads.length; round++) {
      results.add("floor", round, false, seconds(2 * loads[round - 1]));
      results.add("slow", round, false, seconds(5 * loads[round - 1]));
    }

    assertThat(results.ratio("slow", "floor", false)).contains(2.5);
    assertThat(results.median("slow", false, Sample::wall)).contains(15.0);
  }

  @Test
  void a_round_without_a_result_of_one_of_the_two_counts_for_neither() {
    Results results = new Results();
    results.add("floor", 1, false, seconds(2));
    results.failed("late", "round 1: ended with status 3");
    results.add("floor", 2, false, seconds(20));
    results.add("late", 2, false, seconds(50).withSlots(new Slots(5, 40, 5, 0)));

    assertThat(results.ratio("late", "floor", false)).contains(2.5);
    assertThat(results.ratio("floor", "late", false)).contains(0.4);
    assertThat(results.workingRatio("late", "floor", false)).contains(2.0);
    results.add("first", 1, false, seconds(4));
    assertThat(results.ratio("late", "first", false)).isEmpty();
  }

  @Test
  void the_time_in_which_there_were_images_beside_the_whole_of_the_floor() {
    Results results = new Results();
    results.add("floor", 1, false, seconds(2));
    results.add("worker", 1, false, seconds(5).withSlots(new Slots(1, 3, 1, 0)));

    assertThat(results.workingRatio("worker", "floor", false)).contains(1.5);
    assertThat(results.workingRatio("floor", "floor", false)).isEmpty();
  }

  @Test
  void a_way_without_a_result_is_named() {
    Scenario scenario =
        new Scenario(
            "Title", NONE, NONE, Duration.ZERO, SlowProxy.UNLIMITED, 1, List.of(), List.of());
    Results results = new Results();
    results.add("floor", 1, false, seconds(2));
    results.failed("broken", "ended with status 3");

    String text = new Table(scenario, results).markdown();

    assertThat(text).contains("| floor | 2.00 | 1.00 |  | 1.0 | 100 | 10 | 20 |  |  |  |  |");
    assertThat(text).contains("No result: broken: ended with status 3");
  }
}

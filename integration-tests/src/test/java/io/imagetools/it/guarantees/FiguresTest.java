package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.it.guarantees.Journal.Entry;
import io.imagetools.it.guarantees.Journal.What;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A history made by hand: two slots, the second of which gets its job late. */
class FiguresTest {
  private final Figures figures =
      new Figures(
          new History(
              List.of(
                  new Entry(0, "w1", What.UP, 0),
                  new Entry(1_000, "w1", What.BEGIN, 1),
                  new Entry(2_500, "w1", What.STALLED, 500),
                  new Entry(3_000, Journal.BROKER, What.STALLED, 5_000),
                  new Entry(3_500, "w2", What.FROZEN, 0),
                  new Entry(4_500, "w2", What.STALLED, 4_000),
                  new Entry(4_000, "w1", What.BEGIN, 2),
                  new Entry(5_000, "w1", What.BEGIN, 3),
                  new Entry(6_000, "w1", What.END, 1),
                  new Entry(9_000, "w1", What.END, 2))));

  @Test
  void slots_are_busy_with_what_ran_until_the_last_job_began() {
    assertThat(figures.slotsBusy(2)).isEqualTo((4 + 1) / 8.0);
  }

  @Test
  void who_stood_still_longest_counts_with_the_time_in_which_jobs_waited() {
    assertThat(figures.stoodStill()).isEqualTo(2 / 4.0);
  }
}

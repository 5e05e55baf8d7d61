package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.kafka.QueueMode;
import io.imagetools.it.guarantees.Journal.Entry;
import io.imagetools.it.guarantees.Journal.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories made by hand: job 1 is finished by w1 and begun again by w2, with a lock of 4 s. */
class RepetitionsTest {
  private static final Duration HOLD = Duration.ofSeconds(4);
  private static final int JOB = 1;

  /** Of an hour after the start: nobody has come or gone for long. */
  private static final long BEGIN = 3_600_000;

  private static final long END = BEGIN + 5_000;
  private static final long AGAIN = END + 1_000;

  private final List<Entry> entries =
      new ArrayList<>(
          List.of(
              new Entry(0, "w1", What.UP, 0),
              new Entry(0, "w2", What.UP, 0),
              new Entry(BEGIN - 20_000, Journal.PRODUCER, What.SUBMITTED, 0),
              new Entry(BEGIN, "w1", What.BEGIN, JOB),
              new Entry(END, "w1", What.END, JOB),
              new Entry(AGAIN, "w2", What.BEGIN, JOB),
              new Entry(AGAIN + 5_000, "w2", What.END, JOB)));

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void a_finished_job_that_is_begun_again_for_no_reason_counts(QueueMode queue) {
    assertCounts(queue, 1, 0, 0);
    assertThat(repetitions(queue).repeated())
        .containsExactly(
            "job 1: 3600000 w1 BEGIN, 3605000 w1 END, 3606000 w2 BEGIN, 3611000 w2 END");
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void one_whose_worker_stood_still_does_not(QueueMode queue) {
    stalled("w1", BEGIN + 3_000, 1_000);

    assertCounts(queue, 0, 1, 0);
  }

  @Test
  void one_for_which_the_broker_stood_still_does_not() {
    stalled(Journal.BROKER, END + 500, 1_200);

    assertCounts(QueueMode.SHARE, 0, 1, 0);
  }

  @Test
  void one_that_the_second_worker_took_and_began_too_late_does_not() {
    stalled("w2", AGAIN - 10, 4_500);

    assertCounts(QueueMode.SHARE, 0, 1, 0);
  }

  @Test
  void several_standstills_within_a_lock_add_up() {
    stalled("w1", BEGIN + 1_000, 400);
    stalled("w1", BEGIN + 2_000, 300);
    stalled(Journal.BROKER, BEGIN + 3_000, 300);

    assertCounts(QueueMode.SHARE, 0, 1, 0);
  }

  @Test
  void a_standstill_that_no_lock_runs_out_in_proves_nothing() {
    stalled("w1", BEGIN + 1_000, 900);

    assertCounts(QueueMode.SHARE, 1, 0, 0);
  }

  @Test
  void standstills_that_are_far_apart_prove_nothing() {
    stalled("w1", BEGIN - 1_000, 900);
    stalled("w1", END, 900);

    assertCounts(QueueMode.SHARE, 1, 0, 0);
  }

  @Test
  void one_that_somebody_took_and_did_not_begin_may_be_on_the_queue_twice() {
    stalled("w3", BEGIN - 5_000, 4_000);

    assertCounts(QueueMode.SHARE, 0, 1, 0);
  }

  @Test
  void a_standstill_before_the_submission_or_afterwards_proves_nothing() {
    stalled("w1", BEGIN - 21_000, 10_000);
    stalled("w2", AGAIN + 5_000, 4_000);

    assertCounts(QueueMode.SHARE, 1, 0, 0);
  }

  @Test
  void one_whose_worker_was_killed_when_it_had_ended_does_not_count() {
    entries.add(new Entry(END + 100, "w1", What.KILLED, 0));

    assertCounts(QueueMode.SHARE, 0, 1, 0);
  }

  @Test
  void on_a_classic_queue_one_that_moved_to_a_worker_that_came_is_counted_apart() {
    entries.add(new Entry(END, "w3", What.UP, 0));

    assertCounts(QueueMode.CLASSIC, 0, 0, 1);
  }

  @Test
  void on_a_share_group_nothing_moves() {
    entries.add(new Entry(END, "w3", What.UP, 0));

    assertCounts(QueueMode.SHARE, 1, 0, 0);
  }

  @Test
  void a_job_that_was_in_flight_is_begun_again_and_not_repeated() {
    entries.set(4, new Entry(END, "w1", What.STOPPED, JOB));

    assertCounts(QueueMode.SHARE, 0, 0, 0);
    assertThat(repetitions(QueueMode.SHARE).begunAgain()).isEqualTo(1);
  }

  private void stalled(String who, long until, int millis) {
    entries.add(new Entry(until, who, What.STALLED, millis));
  }

  private void assertCounts(QueueMode queue, int repeated, int cutOff, int moved) {
    Repetitions found = repetitions(queue);
    assertThat(List.of(found.repeated().size(), found.cutOff(), found.moved()))
        .as("repeated, cut off, moved")
        .containsExactly(repeated, cutOff, moved);
  }

  private Repetitions repetitions(QueueMode queue) {
    return new Repetitions(new History(entries), queue, HOLD);
  }
}

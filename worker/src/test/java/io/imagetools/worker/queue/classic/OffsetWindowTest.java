package io.imagetools.worker.queue.classic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OffsetWindowTest {
  private static final int ROOMY = 1_000_000;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeEach
  void printSeed() {
    System.out.println("OffsetWindowTest seed " + seed + " (repeat with -Dseed=" + seed + ")");
  }

  private static OffsetWindow taken(long from, long end) {
    OffsetWindow window = new OffsetWindow(from, "");
    for (long offset = from; offset < end; offset++) {
      window.take(offset);
    }
    return window;
  }

  private static OffsetWindow restored(OffsetWindow window, int limit) {
    return new OffsetWindow(window.committable(), window.metadata(limit));
  }

  @Test
  void the_committed_offset_is_the_lowest_that_is_not_finished() {
    OffsetWindow window = taken(10, 15);
    window.finish(11);
    window.finish(12);
    assertThat(window.committable()).isEqualTo(10);

    window.finish(10);
    assertThat(window.committable()).isEqualTo(13);

    window.finish(14);
    window.finish(13);
    assertThat(window.committable()).isEqualTo(15);
    assertThat(window.metadata(4096)).isEmpty();
  }

  @Test
  void offsets_that_do_not_exist_are_passed_over() {
    OffsetWindow window = new OffsetWindow(3, "");
    assertThat(window.take(7)).isTrue();
    assertThat(window.committable()).isEqualTo(7);
    window.finish(7);
    assertThat(window.committable()).isEqualTo(8);
  }

  @Test
  void an_offset_is_taken_once() {
    OffsetWindow window = taken(0, 2);
    assertThat(window.take(1)).isFalse();
    window.finish(1);
    assertThat(restored(window, 4096).take(0)).isTrue();
    OffsetWindow next = restored(window, 4096);
    next.take(0);
    assertThat(next.take(1)).isFalse();
  }

  @Test
  void starts_are_counted_over_restarts_and_forgiven() {
    OffsetWindow window = taken(0, 3);
    assertThat(window.begin(0)).isOne();
    assertThat(window.begin(2)).isOne();
    OffsetWindow next = restored(window, 4096);
    next.take(0);
    assertThat(next.begin(0)).isEqualTo(2);
    next.forgive(2);
    next.take(2);
    assertThat(next.begin(2)).isOne();
  }

  @Test
  void a_log_that_begins_anew_is_read_from_its_beginning() {
    OffsetWindow old = taken(100, 110);
    old.finish(105);
    OffsetWindow window = restored(old, 4096);
    for (long offset = 0; offset < 110; offset++) {
      assertThat(window.take(offset)).isTrue();
    }
    assertThat(window.committable()).isZero();
  }

  @Test
  void in_whatever_order_jobs_end_no_unfinished_one_is_passed_and_no_finished_one_forgotten() {
    for (int round = 0; round < 300; round++) {
      long base = random.nextInt(1000);
      OffsetWindow window = new OffsetWindow(base, "");
      TreeSet<Long> open = new TreeSet<>();
      TreeSet<Long> all = new TreeSet<>();
      Map<Long, Integer> starts = new HashMap<>();
      long next = base;
      for (int step = 0; step < 200; step++) {
        int what = random.nextInt(10);
        if (what < 4) {
          next += random.nextInt(20) == 0 ? random.nextInt(50) : 0;
          assertThat(window.take(next)).isEqualTo(all.add(next) && open.add(next));
          next++;
        } else if (!open.isEmpty()) {
          long one = new ArrayList<>(open).get(random.nextInt(open.size()));
          if (what < 8) {
            window.finish(one);
            open.remove(one);
            starts.remove(one);
          } else {
            assertThat(window.begin(one)).isEqualTo(starts.merge(one, 1, Integer::sum));
          }
        }
        assertThat(window.committable()).isEqualTo(open.isEmpty() ? next : open.first());
      }
      OffsetWindow after = restored(window, ROOMY);
      for (long offset : all.tailSet(window.committable())) {
        assertThat(after.take(offset)).isEqualTo(open.contains(offset));
      }
      for (long offset : open) {
        assertThat(after.begin(offset)).isEqualTo(starts.getOrDefault(offset, 0) + 1);
      }
    }
  }

  @Test
  void what_does_not_fit_is_dropped_from_the_end_and_done_again_never_passed_over() {
    OffsetWindow window = taken(0, 20_000);
    window.begin(0);
    for (long offset = 1; offset < 20_000; offset++) {
      if (random.nextInt(3) > 0) {
        window.finish(offset);
      }
    }
    List<Integer> remembered = new ArrayList<>();
    for (int limit : new int[] {0, 1, 2, 3, 5, 8, 100, 4096, ROOMY}) {
      String text = window.metadata(limit);
      assertThat(text.length()).isLessThanOrEqualTo(limit);
      OffsetWindow after = new OffsetWindow(window.committable(), text);
      int skipped = 0;
      for (long offset = 0; offset < 20_000; offset++) {
        boolean taken = after.take(offset);
        assertThat(taken || !window.isOpen(offset)).isTrue();
        skipped += taken ? 0 : 1;
      }
      remembered.add(skipped);
    }
    assertThat(remembered).isSorted();
    assertThat(remembered.get(7)).isGreaterThan(3000);
    assertThat(restored(window, 8).begin(0)).isEqualTo(2);
  }

  @Test
  void a_text_that_is_damaged_or_of_another_kind_does_no_harm() {
    OffsetWindow window = taken(0, 500);
    for (long offset = 0; offset < 500; offset++) {
      if (random.nextBoolean() && offset > 0) {
        window.finish(offset);
      } else {
        window.begin(offset);
      }
    }
    String good = window.metadata(ROOMY);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int wrong = random.nextInt(4); wrong >= 0; wrong--) {
        text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(96)));
      }
      text.setLength(random.nextInt(text.length() + 1));
      assertThat(new OffsetWindow(0, text.toString()).committable()).isZero();
    }
    for (String other :
        List.of("", "1.", "2.AAAA", "node-1", "1.____________", "1.gICAgICAgICAAQ")) {
      assertThat(new OffsetWindow(0, other).take(0)).isTrue();
    }
  }

  @Test
  void ranges_are_a_set() {
    for (int round = 0; round < 200; round++) {
      OffsetRanges ranges = new OffsetRanges();
      TreeSet<Long> model = new TreeSet<>();
      for (int step = 0; step < 60; step++) {
        long first = random.nextInt(100);
        if (random.nextInt(8) == 0) {
          ranges.dropBelow(first);
          model.headSet(first).clear();
        } else {
          long end = first + 1 + random.nextInt(5);
          ranges.add(first, end);
          for (long offset = first; offset < end; offset++) {
            model.add(offset);
          }
        }
      }
      for (long offset = -1; offset < 110; offset++) {
        assertThat(ranges.contains(offset)).isEqualTo(model.contains(offset));
      }
      TreeMap<Long, Long> seen = new TreeMap<>();
      ranges.visit(
          (first, end) -> {
            assertThat(seen.isEmpty() || seen.lastEntry().getValue() < first).isTrue();
            return seen.put(first, end) == null;
          });
    }
  }
}

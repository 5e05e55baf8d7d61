package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When a transfer that breaks goes on. */
class BreaksTest {

  private final Breaks breaks = new Breaks(new CountDownLatch(1));

  @Test
  void as_often_as_it_gets_on_meanwhile() throws Exception {
    for (int time = 1; time <= 3 * Breaks.MOST; time++) {
      assertThat(breaks.goOn(time * Breaks.GOT_ON_BYTES)).isTrue();
    }
  }

  /** Quay tells a position and refuses what is sent from there. */
  @Test
  void a_position_that_is_told_and_then_refused_is_no_progress() throws Exception {
    int times = 0;
    while (breaks.goOn(0) && breaks.goOnAnew()) {
      times++;
    }

    assertThat(times).isLessThan(Breaks.MOST);
  }
}

package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressMeterTest {

  private static final Duration LOOK = SystemProgramRunner.LOOK;

  private final AtomicLong bytes = new AtomicLong();
  private final ProgressMeter meter =
      new ProgressMeter(
          bytes::get, ProgressMeter.LEAST_BYTES, ProgressMeter.LEAST_BYTES_A_SECOND, 0);

  /** How often it is seen to move within the time, at that speed. */
  private int moves(long bytesASecond, Duration time) {
    int moves = 0;
    for (long now = 0; now < time.toNanos(); now += LOOK.toNanos()) {
      bytes.set(Duration.ofNanos(now).toMillis() * bytesASecond / 1000);
      if (meter.moved(now)) {
        moves++;
      }
    }
    return moves;
  }

  /** 5: a skopeo 1.9.3 that waits for a blob; in 5 minutes that is more than a kilobyte. */
  @ParameterizedTest
  @CsvSource({"0", "5", "50"})
  void housekeeping_is_no_progress_however_long_it_goes_on(long bytesASecond) {
    assertThat(moves(bytesASecond, Duration.ofMinutes(30))).isZero();
  }

  @ParameterizedTest
  @CsvSource({"100", "1000", "100000000"})
  void a_slow_line_is_progress(long bytesASecond) {
    assertThat(moves(bytesASecond, Duration.ofMinutes(5))).isPositive();
  }

  @Test
  void a_child_that_ends_with_its_bytes_is_progress() {
    bytes.set(1_000_000);
    assertThat(meter.moved(1)).isTrue();
    bytes.set(10);
    assertThat(meter.moved(2)).isTrue();
    assertThat(meter.moved(3)).isFalse();
  }

  @Test
  void the_processor_time_tells_where_bytes_are_not_to_be_had() throws Exception {
    ProcessTree self = new ProcessTree(ProcessHandle.current());
    ProgressMeter byCpu = new ProgressMeter(self, false, 0);

    assertThat(byCpu.moved(0)).as("this process has worked").isTrue();
  }
}

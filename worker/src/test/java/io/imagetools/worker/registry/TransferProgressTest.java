package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TransferProgressTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MIB = 1 << 20;

  private final TransferProgress layer =
      new TransferProgress(5L << 30, RegistryWrites.Limits.SAID, 7 * SECOND);

  @Test
  void a_transfer_that_is_done_soon_says_nothing() {
    assertThat(layer.at(8 * SECOND, MIB)).isEmpty();
    assertThat(layer.at(36 * SECOND, MIB)).isEmpty();
  }

  @Test
  void one_that_takes_long_says_every_30_seconds_how_many_bytes_of_how_many_are_done() {
    assertThat(layer.at(37 * SECOND, 384 * MIB)).contains("384.0 MiB of 5.0 GiB (7 %), 12.8 MiB/s");
    assertThat(layer.at(38 * SECOND, 400 * MIB)).isEmpty();
    assertThat(layer.at(67 * SECOND, 768 * MIB))
        .contains("768.0 MiB of 5.0 GiB (15 %), 12.8 MiB/s");
  }

  @Test
  void one_that_began_anew_has_no_rate_below_nothing() {
    assertThat(layer.at(37 * SECOND, 384 * MIB)).isPresent();

    assertThat(layer.at(67 * SECOND, MIB)).contains("1.0 MiB of 5.0 GiB (0 %), 0 B/s");
  }
}

package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.it.guarantees.History.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulseTest {
  private static final Duration STANDSTILL = Duration.ofMillis(700);

  @Test
  void notes_who_stood_still_and_for_how_long(@TempDir Path folder) throws Exception {
    try (Journal journal = new Journal(folder.resolve("journal.txt"));
        Pulse pulse = new Pulse("w1", journal, Duration.ofSeconds(4), () -> Pause.of(STANDSTILL))) {
      pulse.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> !journal.history().stalls().isEmpty());

      List<Span> stalls = journal.history().stalls();

      assertThat(stalls)
          .allSatisfy(
              stall -> {
                assertThat(stall.worker()).isEqualTo("w1");
                assertThat(stall.to() - stall.from())
                    .isGreaterThanOrEqualTo(STANDSTILL.toMillis() - 100);
              });
    }
  }
}

package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionSettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 101})
  void attempts_have_bounds(int attempts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExecutionSettings.DEFAULT.withAttempts(attempts))
        .withMessage("attempts are 1 to 100");
  }

  @Test
  void one_attempt_is_enough() {
    assertThat(ExecutionSettings.DEFAULT.withAttempts(1).retry().attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "$Retrying", "$Gating", "$Circuit"})
  void defaults_are_whole_whichever_class_is_used_first(String first) throws Exception {
    URL[] classes = {ExecutionSettings.class.getProtectionDomain().getCodeSource().getLocation()};
    String outer = ExecutionSettings.class.getName();
    try (URLClassLoader fresh = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      Class.forName(outer + first, true, fresh);
      Object settings = Class.forName(outer, true, fresh).getField("DEFAULT").get(null);
      assertThat(settings).hasToString(ExecutionSettings.DEFAULT.toString());
    }
  }

  @Test
  void refuses_waits_that_are_none() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Retrying(5, Duration.ZERO, 2, 0.5, SECOND, SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ExecutionSettings.Retrying(5, SECOND.multipliedBy(2), 2, 0.5, SECOND, SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Retrying(5, SECOND, 2, 1, SECOND, SECOND));
  }

  @Test
  void refuses_gates_that_let_nothing_through() {
    ExecutionSettings.Circuit circuit = ExecutionSettings.Circuit.DEFAULT;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Gating(0, 50, circuit));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Gating(20, 0, circuit));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Circuit(20, 10, 0, SECOND, 2, SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Circuit(20, 10, 80, SECOND, 0, SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExecutionSettings.Circuit(20, 21, 80, SECOND, 2, SECOND));
  }
}

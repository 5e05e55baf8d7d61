package io.imagetools.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerKindTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_is_asked_for_holds_whatever_the_machine_has(boolean here) {
    assertThat(BrokerKind.chosen("embedded", () -> here)).isEqualTo(BrokerKind.EMBEDDED);
    assertThat(BrokerKind.chosen("container", () -> here)).isEqualTo(BrokerKind.CONTAINER);
  }

  @Test
  void else_it_is_what_the_machine_has() {
    assertThat(BrokerKind.chosen(null, () -> true)).isEqualTo(BrokerKind.CONTAINER);
    assertThat(BrokerKind.chosen(null, () -> false)).isEqualTo(BrokerKind.EMBEDDED);
    assertThat(BrokerKind.chosen("", () -> false)).isEqualTo(BrokerKind.EMBEDDED);
  }

  @Test
  void another_kind_is_refused_with_those_that_there_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerKind.chosen("docker", () -> true))
        .withMessage("-Dkafka=docker: it is either embedded or container.");
  }
}

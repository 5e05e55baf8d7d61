package io.imagetools.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values from the specification's own examples, and what somebody might write instead. */
class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @Test
  void a_context_comes_through_unchanged() {
    TraceContext context = TraceContext.parse(PARENT, "rojo=00f067aa0ba902b7").orElseThrow();

    assertThat(context).isEqualTo(new TraceContext(PARENT, "rojo=00f067aa0ba902b7"));
    assertThat(context.traceId()).isEqualTo(TRACE);
    assertThat(context.spanId()).isEqualTo("b7ad6b7169203331");
  }

  @Test
  void of_a_later_version_what_is_known_counts() {
    assertThat(TraceContext.parse("cc" + PARENT.substring(2) + "-what-the-future-will-be-like", ""))
        .contains(new TraceContext(PARENT, ""));
    assertThat(TraceContext.parse("cc" + PARENT.substring(2), null))
        .contains(new TraceContext(PARENT, ""));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\r\nX: y\n",
      })
  void what_is_no_context_is_none(@Nullable String traceparent) {
    assertThat(TraceContext.parse(traceparent, "a=b")).isEmpty();
  }

  @Test
  void a_parent_without_an_end_is_not_even_looked_at() {
    assertThat(TraceContext.parse("cc" + PARENT.substring(2) + "-" + "x".repeat(600), null))
        .isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"a=b\r\nX-Injected: c", "a=\u00e9", "a=\u0000"})
  void a_wrong_state_is_left_out_and_the_parent_stays(@Nullable String state) {
    assertThat(TraceContext.parse(PARENT, state)).contains(new TraceContext(PARENT, ""));
    assertThat(TraceContext.parse(PARENT, "a".repeat(513))).contains(new TraceContext(PARENT, ""));
  }

  @Test
  void none_can_be_made_that_is_not_valid() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TraceContext("00-1-2-3", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> new TraceContext(PARENT, "a\nb"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TraceContext("01" + PARENT.substring(2), ""));
  }
}

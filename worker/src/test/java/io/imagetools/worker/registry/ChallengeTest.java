package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void reads_quoted_parameters_with_commas_in_them() {
    Challenge challenge =
        Challenge.best(
                List.of(
                    "Bearer realm=\"https://auth.example.org/token\",service=\"a \\\"b\\\"\","
                        + "scope=\"repository:a/b:pull,push\",error=insufficient_scope"))
            .orElseThrow();

    assertThat(challenge.bearer()).isTrue();
    assertThat(challenge.parameter("realm")).isEqualTo("https://auth.example.org/token");
    assertThat(challenge.parameter("service")).isEqualTo("a \"b\"");
    assertThat(challenge.parameter("scope")).isEqualTo("repository:a/b:pull,push");
    assertThat(challenge.parameter("error")).isEqualTo("insufficient_scope");
  }

  @Test
  void prefers_a_token_wherever_it_stands() {
    assertThat(Challenge.best(List.of("Basic realm=\"x\", Bearer realm=\"https://t/\"")))
        .map(Challenge::scheme)
        .contains(Challenge.BEARER);
    assertThat(Challenge.best(List.of("Bearer realm=\"https://t/\"", "Basic realm=\"x\"")))
        .map(Challenge::scheme)
        .contains(Challenge.BEARER);
  }

  @Test
  void a_bearer_challenge_without_realm_is_none() {
    assertThat(Challenge.best(List.of("Bearer", "Negotiate", "", "=,=\"\\"))).isEmpty();
  }

  @Test
  void a_header_of_many_kilobytes_is_read_or_not_but_never_breaks() {
    String text = "Bearer realm=\"https://t/" + "\\\"x".repeat(30_000) + "\"";

    assertThat(Challenge.best(List.of(text))).isPresent();
  }
}

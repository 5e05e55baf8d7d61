package io.imagetools.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET https://bob:hunter2@r.example/v2/ | GET https://r.example/v2/",
        "Authorization: Basic YTpi and on | Authorization: (left out) and on",
        "authorization=hunter2 | authorization=(left out)",
        "sent Bearer eyJhbGciOiJSUzI1NiJ9.e30.abc | sent Bearer (left out)",
        "password=hunter2&user=bob | password=(left out)&user=bob",
        "{\"identitytoken\": \"hunter2\"} | {\"identitytoken\": \"(left out)\"}",
        "https://s3.example/b?X-Amz-Signature=beef&x=1"
            + " | https://s3.example/b?X-Amz-Signature=(left out)&x=1",
      })
  void a_secret_is_left_out(String text, String expected) {
    assertThat(Secrets.leftOut(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no basic auth credentials",
        "unable to retrieve auth token: invalid username/password: unauthorized",
        "requested access to the resource is denied",
        "Bearer realm=\"https://auth.example/token\",service=\"r.example\"",
        "docker://r.example/a@sha256:0123456789abcdef",
      })
  void what_programs_say_stays_as_it_is(String text) {
    assertThat(Secrets.leftOut(text)).isEqualTo(text);
  }

  @Test
  void a_long_text_takes_no_long_time() {
    String text = "://token\"  ".repeat(20_000);
    assertThat(Secrets.leftOut(text)).isEqualTo(text);
  }
}

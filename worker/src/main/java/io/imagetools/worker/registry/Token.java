package io.imagetools.worker.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bearer token (Docker's token authentication specification).
 *
 * @param value as it goes into a header
 * @param usableUntil a little before it expires
 */
record Token(String value, Instant usableUntil) {

  /** What a token lasts whose server does not say. */
  static final Duration STANDARD_LIFE = Duration.ofSeconds(60);

  /** Taken off each life: a token should not expire on the way. */
  static final Duration MARGIN = Duration.ofSeconds(10);

  private static final Duration LONGEST_LIFE = Duration.ofHours(1);
  private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]+");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Reads a server's answer; empty if there is no token in it. */
  static Optional<Token> parse(String text, Instant now) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    String value = json.path("token").asString("");
    if (value.isEmpty()) {
      value = json.path("access_token").asString("");
    }
    if (!VALUE.matcher(value).matches()) {
      return Optional.empty();
    }
    return Optional.of(new Token(value, now.plus(life(json.path("expires_in").asLong(0)))));
  }

  private static Duration life(long seconds) {
    Duration life = STANDARD_LIFE;
    if (seconds > 0) {
      life = seconds < LONGEST_LIFE.toSeconds() ? Duration.ofSeconds(seconds) : LONGEST_LIFE;
    }
    Duration shorter = life.minus(MARGIN);
    return shorter.compareTo(life.dividedBy(2)) > 0 ? shorter : life.dividedBy(2);
  }

  @Override
  public String toString() {
    return "a token until " + usableUntil;
  }
}

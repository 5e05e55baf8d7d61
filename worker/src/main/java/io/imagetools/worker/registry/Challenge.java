package io.imagetools.worker.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be logged in to (WWW-Authenticate, RFC 9110, 11.6.1).
 *
 * @param scheme {@code bearer} or {@code basic}
 * @param parameters by lower-case name: {@code realm}, {@code service}, {@code scope}
 */
record Challenge(String scheme, Map<String, String> parameters) {

  static final String BEARER = "bearer";
  static final String BASIC = "basic";

  /** What a registry means that answers 401 and does not say how it wants it. */
  static final Challenge UNSPOKEN_BASIC = new Challenge(BASIC, Map.of());

  /** A scheme's name, or a parameter: one header can hold several challenges. */
  private static final Pattern PART =
      Pattern.compile(
          "\\G[\\s,]*([A-Za-z0-9_-]+)(?:\\s*=\\s*(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s,\"]*)))?");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** The challenge to take up: bearer if there is one, as docker does; empty if there is none. */
  static Optional<Challenge> best(List<String> headers) {
    Optional<Challenge> basic = Optional.empty();
    for (String header : headers) {
      for (Challenge challenge : parse(header)) {
        if (challenge.scheme().equals(BEARER) && !challenge.parameter("realm").isEmpty()) {
          return Optional.of(challenge);
        }
        if (challenge.scheme().equals(BASIC)) {
          basic = Optional.of(challenge);
        }
      }
    }
    return basic;
  }

  private static List<Challenge> parse(String header) {
    Map<String, Map<String, String>> found = new LinkedHashMap<>();
    Map<String, String> current = new LinkedHashMap<>();
    Matcher part = PART.matcher(header);
    while (part.find()) {
      String name = part.group(1).toLowerCase(Locale.ROOT);
      if (part.group(2) != null) {
        current.putIfAbsent(name, part.group(2).replaceAll("\\\\(.)", "$1"));
      } else if (part.group(3) != null) {
        current.putIfAbsent(name, part.group(3));
      } else {
        current = new LinkedHashMap<>();
        found.putIfAbsent(name, current);
      }
    }
    return found.entrySet().stream()
        .map(entry -> new Challenge(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Whether it wants a token. */
  boolean bearer() {
    return scheme.equals(BEARER);
  }

  /** A parameter; empty if it is not there. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}

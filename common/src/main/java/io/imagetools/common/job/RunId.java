package io.imagetools.common.job;

import java.util.regex.Pattern;

/**
 * Names one submission of one list. It is part of record keys, file names and log lines.
 *
 * @param value letters, digits and hyphens, at most 64
 */
public record RunId(String value) implements Comparable<RunId> {
  private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9-]{0,63}");

  /**
   * Validates the id.
   *
   * @throws IllegalArgumentException if it holds anything else
   */
  public RunId {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a run id: letters, digits and hyphens, at most 64 of them");
    }
  }

  @Override
  public int compareTo(RunId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

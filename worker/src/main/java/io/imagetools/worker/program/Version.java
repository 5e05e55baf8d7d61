package io.imagetools.worker.program;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program's version, as far as it matters: {@code 1.9.3}. */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

  private static final Pattern NUMBERS =
      Pattern.compile("(?<![0-9.])v?([0-9]{1,6})\\.([0-9]{1,6})(?:\\.([0-9]{1,6}))?");

  /** The first version in what a program says of itself; empty if there is none. */
  public static Optional<Version> find(String text) {
    Matcher matcher = NUMBERS.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String patch = matcher.group(3);
    return Optional.of(
        new Version(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            patch == null ? 0 : Integer.parseInt(patch)));
  }

  @Override
  public int compareTo(Version other) {
    int byMajor = Integer.compare(major, other.major);
    int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}

package io.imagetools.common.image;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which platforms of an image are mirrored: the value of {@code -a}.
 *
 * @param patterns empty means {@code all}: the image as it is
 */
public record PlatformSelector(List<PlatformPattern> patterns) {

  /** Copies the image as it is. */
  public static final PlatformSelector ALL = new PlatformSelector(List.of());

  /** What {@code -a} means when it is not given. */
  public static final PlatformSelector DEFAULT = parse("amd64,arm64");

  /** Copies the patterns and drops repetitions. */
  public PlatformSelector {
    patterns = patterns.stream().distinct().toList();
  }

  /**
   * Reads a comma-separated list; blanks around commas do not matter; {@code all} is all.
   *
   * @throws InvalidReferenceException if an item is not a platform
   */
  public static PlatformSelector parse(String text) {
    List<String> items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (items.stream().anyMatch(item -> item.equalsIgnoreCase("all"))) {
      return ALL;
    }
    return new PlatformSelector(items.stream().map(PlatformPattern::parse).toList());
  }

  /** Whether nothing is left out. */
  public boolean isAll() {
    return patterns.isEmpty();
  }

  /** Whether a manifest of that platform is meant. */
  public boolean matches(Platform platform) {
    return isAll() || patterns.stream().anyMatch(pattern -> pattern.matches(platform));
  }

  /** The patterns that none of these platforms fits: what the user asked for and did not get. */
  public List<PlatformPattern> missingFrom(List<Platform> platforms) {
    return patterns.stream().filter(p -> platforms.stream().noneMatch(p::matches)).toList();
  }

  /** The inverse of {@link #parse}. */
  @Override
  public String toString() {
    return isAll()
        ? "all"
        : patterns.stream().map(PlatformPattern::toString).collect(Collectors.joining(","));
  }
}

package io.imagetools.common.image;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One item of {@code -a}: {@code ARCH}, {@code ARCH/VARIANT}, {@code OS/ARCH} or {@code
 * OS/ARCH/VARIANT}. What is not said matches anything.
 *
 * @param os empty for any
 * @param architecture Go's name for it
 * @param variant empty for any
 */
public record PlatformPattern(String os, String architecture, String variant) {

  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

  /** Go's values of GOOS that an image can state; they tell OS/ARCH from ARCH/VARIANT. */
  private static final Set<String> SYSTEMS =
      Set.of(
          "linux",
          "windows",
          "darwin",
          "freebsd",
          "openbsd",
          "netbsd",
          "dragonfly",
          "solaris",
          "illumos",
          "aix",
          "android",
          "ios",
          "plan9",
          "js",
          "wasip1",
          "wasi",
          "zos",
          "unknown");

  /** Names people use, and Go's name for the same (as containerd reads them). */
  private static final Map<String, PlatformPattern> SYNONYMS =
      Map.of(
          "x86_64", new PlatformPattern("", "amd64", ""),
          "x86-64", new PlatformPattern("", "amd64", ""),
          "aarch64", new PlatformPattern("", "arm64", ""),
          "i386", new PlatformPattern("", "386", ""),
          "i686", new PlatformPattern("", "386", ""),
          "armhf", new PlatformPattern("", "arm", "v7"),
          "armel", new PlatformPattern("", "arm", "v6"));

  /**
   * Validates the words.
   *
   * @throws InvalidReferenceException if one cannot be part of a platform
   */
  public PlatformPattern {
    if (!WORD.matcher(architecture).matches()
        || !(os.isEmpty() || WORD.matcher(os).matches())
        || !(variant.isEmpty() || WORD.matcher(variant).matches())) {
      throw wrong(os + "/" + architecture + "/" + variant);
    }
  }

  /**
   * Reads one item; blanks around it do not matter.
   *
   * @throws InvalidReferenceException if it has none of the four forms
   */
  public static PlatformPattern parse(String item) {
    String[] words = item.strip().toLowerCase(Locale.ROOT).split("/", -1);
    return switch (words.length) {
      case 1 -> of("", words[0], "", item);
      case 2 ->
          SYSTEMS.contains(words[0])
              ? of(words[0], words[1], "", item)
              : of("", words[0], words[1], item);
      case 3 -> of(words[0], words[1], words[2], item);
      default -> throw wrong(item);
    };
  }

  private static PlatformPattern of(String os, String arch, String variant, String item) {
    if (arch.isEmpty() || SYSTEMS.contains(arch) && os.isEmpty()) {
      throw wrong(item);
    }
    PlatformPattern known = SYNONYMS.get(arch);
    if (known != null) {
      return new PlatformPattern(
          os, known.architecture(), variant.isEmpty() ? known.variant() : variant);
    }
    return new PlatformPattern(os, arch, variant);
  }

  private static InvalidReferenceException wrong(String item) {
    return new InvalidReferenceException(
        "'"
            + Shown.of(item)
            + "' is not a platform: write ARCH, ARCH/VARIANT, OS/ARCH or OS/ARCH/VARIANT, for"
            + " example amd64 or linux/arm/v7");
  }

  /**
   * Whether a manifest of that platform is meant. {@code arm64} stated without variant is {@code
   * v8}, {@code arm} is {@code v7}, {@code amd64} is {@code v1} (as containerd normalises them).
   */
  public boolean matches(Platform platform) {
    return (os.isEmpty() || os.equals(platform.os()))
        && architecture.equals(platform.architecture())
        && (variant.isEmpty() || variant.equals(variantOf(platform)));
  }

  private static String variantOf(Platform platform) {
    if (!platform.variant().isEmpty()) {
      return platform.variant();
    }
    return switch (platform.architecture()) {
      case "arm64" -> "v8";
      case "arm" -> "v7";
      case "amd64" -> "v1";
      default -> "";
    };
  }

  /** The inverse of {@link #parse}. */
  @Override
  public String toString() {
    return (os.isEmpty() ? "" : os + "/") + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}

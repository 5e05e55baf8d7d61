package io.imagetools.testing;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A platform as an index and a config state it (OCI image spec, "platform").
 *
 * @param variant absent on most platforms
 * @param osVersion Windows only
 * @param osFeatures Windows only, else empty
 */
public record CorpusPlatform(
    String os,
    String architecture,
    Optional<String> variant,
    Optional<String> osVersion,
    List<String> osFeatures) {

  public static final CorpusPlatform AMD64 = parse("linux/amd64");
  public static final CorpusPlatform ARM64 = parse("linux/arm64");
  public static final CorpusPlatform ARM64_V8 = parse("linux/arm64/v8");
  public static final CorpusPlatform ARM_V7 = parse("linux/arm/v7");
  public static final CorpusPlatform ARM_V6 = parse("linux/arm/v6");
  static final CorpusPlatform UNKNOWN = parse("unknown/unknown");

  /** Copies the list. */
  public CorpusPlatform {
    osFeatures = List.copyOf(osFeatures);
  }

  /** Reads {@code os/architecture} or {@code os/architecture/variant}. */
  public static CorpusPlatform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("Not OS/ARCH or OS/ARCH/VARIANT: " + text);
    }
    Optional<String> variant = parts.length == 3 ? Optional.of(parts[2]) : Optional.empty();
    return new CorpusPlatform(parts[0], parts[1], variant, Optional.empty(), List.of());
  }

  /** {@code windows/amd64} of one Windows build. */
  public static CorpusPlatform windows(String osVersion, String... osFeatures) {
    return new CorpusPlatform(
        "windows", "amd64", Optional.empty(), Optional.of(osVersion), List.of(osFeatures));
  }

  /** The member names are the same in a descriptor's platform and in a config. */
  void writeTo(ObjectNode node) {
    node.put("architecture", architecture).put("os", os);
    variant.ifPresent(text -> node.put("variant", text));
    osVersion.ifPresent(text -> node.put("os.version", text));
    if (!osFeatures.isEmpty()) {
      osFeatures.forEach(node.putArray("os.features")::add);
    }
  }

  /** {@code os/architecture[/variant][ os.version]}. */
  @Override
  public String toString() {
    return os
        + "/"
        + architecture
        + variant.map(text -> "/" + text).orElse("")
        + osVersion.map(text -> " " + text).orElse("");
  }
}

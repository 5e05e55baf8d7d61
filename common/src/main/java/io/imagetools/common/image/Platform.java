package io.imagetools.common.image;

import java.util.List;
import java.util.Objects;

/**
 * What a manifest runs on, as an index states it (OCI image index, {@code platform}).
 *
 * @param os {@code linux}, {@code windows}, …; empty if not stated
 * @param architecture Go's name for it ({@code amd64}); empty if not stated
 * @param variant {@code v7}; empty if not stated
 * @param osVersion {@code 10.0.20348.2527}; empty if not stated
 * @param osFeatures {@code win32k}; empty if none
 */
public record Platform(
    String os, String architecture, String variant, String osVersion, List<String> osFeatures) {

  /** What buildkit states for an attestation manifest, which runs nowhere. */
  public static final Platform UNKNOWN = of("unknown", "unknown", "");

  /** Copies the features. */
  public Platform {
    Objects.requireNonNull(os);
    Objects.requireNonNull(architecture);
    Objects.requireNonNull(variant);
    Objects.requireNonNull(osVersion);
    osFeatures = List.copyOf(osFeatures);
  }

  /** A platform without version and features. */
  public static Platform of(String os, String architecture, String variant) {
    return new Platform(os, architecture, variant, "", List.of());
  }

  /** {@code OS/ARCH[/VARIANT]}, and the OS version in brackets if there is one. */
  @Override
  public String toString() {
    String name = os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    return osVersion.isEmpty() ? name : name + "(" + osVersion + ")";
  }
}

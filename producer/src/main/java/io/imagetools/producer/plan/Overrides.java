package io.imagetools.producer.plan;

import io.imagetools.common.image.PlatformSelector;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says about every line of a list.
 *
 * @param source {@code -s}; null if it is not given
 * @param destination {@code -d}, else {@code DOCKER_REGISTRY}; null if neither is given
 * @param platforms {@code -a}
 * @param overwrite {@code --overwrite}
 * @param referrers {@code --referrers}
 */
public record Overrides(
    @Nullable RegistryOverride source,
    @Nullable RegistryOverride destination,
    PlatformSelector platforms,
    boolean overwrite,
    boolean referrers) {

  /** Nothing is overridden. */
  public static final Overrides NONE =
      new Overrides(null, null, PlatformSelector.DEFAULT, false, false);
}

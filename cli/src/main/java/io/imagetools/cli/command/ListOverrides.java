package io.imagetools.cli.command;

import io.imagetools.cli.options.ListOptions;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.producer.plan.Overrides;
import io.imagetools.producer.plan.RegistryOverride;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the options and DOCKER_REGISTRY say about every line of the list. */
final class ListOverrides {

  private ListOverrides() {}

  /**
   * Reads them.
   *
   * @throws ParameterException if one can't be meant
   */
  static Overrides read(CommandLine command, ListOptions options, Invocation invocation) {
    String destination = options.destinationRegistry();
    RegistryOverride to =
        destination != null
            ? registry(command, "-d", destination)
            : registry(command, "DOCKER_REGISTRY", invocation.variable("DOCKER_REGISTRY"));
    return new Overrides(
        registry(command, "-s", options.sourceRegistry()),
        to,
        platforms(command, options.arch()),
        options.overwrite(),
        options.referrers());
  }

  private static @Nullable RegistryOverride registry(
      CommandLine command, String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return RegistryOverride.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, name + ": " + e.getMessage(), e);
    }
  }

  private static PlatformSelector platforms(CommandLine command, String text) {
    try {
      return PlatformSelector.parse(text);
    } catch (InvalidReferenceException e) {
      throw new ParameterException(command, "-a: " + e.getMessage(), e);
    }
  }
}

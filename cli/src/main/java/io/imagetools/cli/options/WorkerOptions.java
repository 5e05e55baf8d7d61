package io.imagetools.cli.options;

import io.imagetools.common.image.Registry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * How this process copies images. They are its own settings: no record of the queue changes them.
 */
public final class WorkerOptions {

  /** What copies. Lower case, since it is what is typed. */
  public enum Engine {
    auto,
    skopeo,
    registry
  }

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "auto",
      description = {
        "What copies. skopeo: skopeo and docker buildx, as programs; registry: this process itself,"
            + " by the protocol of registries, without any program; auto: skopeo if it and docker"
            + " buildx are here, else registry. Default: auto."
      })
  Engine engine = Engine.auto;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = {
        "Plain http or an unverified certificate for that registry only. Repeatable, or separated by"
            + " commas."
      },
      split = ",")
  Set<Registry> insecureRegistries = Set.of();

  @Option(
      names = "--lock",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.Seconds.class,
      defaultValue = "60s",
      description = {
        "How long a share group waits for word of a job before another worker gets it; running jobs"
            + " send word three times as often. Default: 60s."
      })
  Duration lock = Duration.ofSeconds(60);

  @Option(
      names = "--job-timeout",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.Seconds.class,
      defaultValue = "2h",
      description =
          "The longest that one run of skopeo or buildx, or one layer, may take. Default: 2h.")
  Duration jobTimeout = Duration.ofHours(2);

  @Option(
      names = "--stall-timeout",
      paramLabel = "DURATION",
      converter = PositiveDurationConverter.Seconds.class,
      defaultValue = "5m",
      description = {"The longest that a copy may go without moving a byte. Default: 5m."})
  Duration stallTimeout = Duration.ofMinutes(5);

  @Option(
      names = "--skopeo",
      paramLabel = "PROGRAM",
      description = "The skopeo to use. Default: the first on the PATH.")
  @Nullable Path skopeo;

  @Option(
      names = "--buildx",
      paramLabel = "PROGRAM",
      description = "The docker-buildx to use. Default: where docker looks for its plugins.")
  @Nullable Path buildx;

  @Option(
      names = "--fetch-skopeo",
      converter = AddressConverter.class,
      paramLabel = "URL",
      description = {
        "Where there is no skopeo, fetch a static one from here into the cache folder. Linux only;"
            + " needs --skopeo-sha256."
      })
  @Nullable URI fetchSkopeo;

  @Option(
      names = "--skopeo-sha256",
      paramLabel = "HEX",
      description = "What the file of --fetch-skopeo must be.")
  @Nullable String skopeoSha256;

  /** What copies. */
  public Engine engine() {
    return engine;
  }

  /**
   * The registries that were named.
   *
   * @throws io.imagetools.common.image.InvalidReferenceException if one is none
   */
  public Set<Registry> insecureRegistries() {
    return insecureRegistries;
  }

  /**
   * Looks whether the options go together.
   *
   * @throws ParameterException if they don't
   */
  public void check(CommandLine command) {
    if (fetchSkopeo != null && skopeoSha256 == null) {
      throw new ParameterException(
          command, "--fetch-skopeo needs --skopeo-sha256, so that nothing unverified is ever run");
    }
  }

  /** How long the queue waits for word of a job. */
  public Duration lock() {
    return lock;
  }

  /** Of one run of a program, or one transfer. */
  public Duration jobTimeout() {
    return jobTimeout;
  }

  /** Of the same, without progress. */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /** Null: look for it. */
  public @Nullable Path skopeo() {
    return skopeo;
  }

  /** Null: look for it. */
  public @Nullable Path buildx() {
    return buildx;
  }

  /** Null: never fetch. */
  public @Nullable URI fetchSkopeo() {
    return fetchSkopeo;
  }

  /** Null: none given. */
  public @Nullable String skopeoSha256() {
    return skopeoSha256;
  }
}

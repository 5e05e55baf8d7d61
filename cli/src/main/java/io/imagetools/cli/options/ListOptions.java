package io.imagetools.cli.options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to mirror, from where, to where. */
public final class ListOptions {

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = {
        "Image list, a line an image: 'SOURCE DEST TAG', or 'SOURCE[:TAG][@DIGEST] DEST[:TAG]', or"
            + " '[REGISTRY/]PATH[:TAG]' (needs -d). '-' reads standard input, as does a pipe without"
            + " -f; without -f on a terminal you are asked line by line."
      })
  @Nullable String file;

  @Option(
      names = {"-s", "--source-registry"},
      paramLabel = "REGISTRY[/PREFIX]",
      description = "Take every source from here, whatever the list says.")
  @Nullable String sourceRegistry;

  @Option(
      names = {"-d", "--destination-registry"},
      paramLabel = "REGISTRY[/PREFIX]",
      description =
          "Send everything here, whatever the list says. Else DOCKER_REGISTRY, else the list's.")
  @Nullable String destinationRegistry;

  @Option(
      names = {"-a", "--arch"},
      paramLabel = "LIST",
      defaultValue = "amd64,arm64",
      description = {
        "Platforms: ARCH, ARCH/VARIANT, OS/ARCH or OS/ARCH/VARIANT, separated by commas; 'all' copies"
            + " each image as it is. Default: amd64,arm64."
      })
  String arch = "amd64,arm64";

  @Option(
      names = "--overwrite",
      description = {
        "Give the destination exactly the platforms of -a, and drop others that it already has."
      })
  boolean overwrite;

  @Option(
      names = "--referrers",
      description = {
        "Copy what refers to each image as well: signatures, attestations and other OCI referrers,"
            + " and cosign's tags."
      })
  boolean referrers;

  /** Null: none given. */
  public @Nullable String file() {
    return file;
  }

  /** Null: none given. */
  public @Nullable String sourceRegistry() {
    return sourceRegistry;
  }

  /** Null: none given. */
  public @Nullable String destinationRegistry() {
    return destinationRegistry;
  }

  /** As typed. */
  public String arch() {
    return arch;
  }

  /** Whether platforms that are not selected go. */
  public boolean overwrite() {
    return overwrite;
  }

  /** Whether what refers to the images comes along. */
  public boolean referrers() {
    return referrers;
  }
}

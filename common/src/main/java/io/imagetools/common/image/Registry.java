package io.imagetools.common.image;

import java.util.regex.Pattern;

/**
 * The host of a registry, with its port if it has one: {@code docker.io}, {@code localhost:5000},
 * {@code [::1]:5000}.
 *
 * @param host as it stands in a reference; {@code docker.io} where its old name stood, {@code
 *     index.docker.io}, which crane still writes: docker's reference grammar reads the one as the
 *     other
 */
public record Registry(String host) implements Comparable<Registry> {

  private static final int MAX_LENGTH = 255 + ":65535".length();
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
              + "|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?");

  private static final String OLD_DOCKER_HUB = "index.docker.io";

  /** What a reference without a registry means. Below the grammar, which checks it. */
  public static final Registry DOCKER_HUB = new Registry("docker.io");

  /**
   * Validates the host, and takes Docker Hub's old name for its name.
   *
   * @throws InvalidReferenceException if it is not {@code host} or {@code host:port}
   */
  public Registry {
    if (host.length() > MAX_LENGTH || !HOST.matcher(host).matches()) {
      throw new InvalidReferenceException("'" + Shown.of(host) + "' is not a registry host");
    }
    if (host.equals(OLD_DOCKER_HUB)) {
      host = "docker.io";
    }
  }

  /**
   * Whether the first component of a reference names a registry: it holds {@code .} or {@code :} or
   * is {@code localhost}. Every docker tool decides it so.
   */
  public static boolean looksLikeOne(String component) {
    return component.indexOf('.') >= 0
        || component.indexOf(':') >= 0
        || component.equals("localhost");
  }

  @Override
  public int compareTo(Registry other) {
    return host.compareTo(other.host);
  }

  @Override
  public String toString() {
    return host;
  }
}

package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import java.util.Locale;

/**
 * The names that files of credentials use for registries. Docker Hub goes by three: docker's own
 * (the address of the index that has long been switched off), skopeo's, and the index's host.
 */
final class RegistryKeys {

  /** What docker, buildx and every credential helper call Docker Hub. */
  static final String DOCKER_KEY = "https://index.docker.io/v1/";

  private static final String INDEX_HOST = "index.docker.io";

  private RegistryKeys() {}

  /** What all keys that mean this registry are reduced to. */
  static String reduced(Registry registry) {
    return registry.host().toLowerCase(Locale.ROOT);
  }

  /**
   * Reduces a key of {@code auths}, {@code https://index.docker.io/v1/} or {@code quay.io}, to a
   * host. A key for a part of a registry ({@code quay.io/team}) stays as it is: no host equals it.
   */
  static String reduced(String key) {
    String rest = key.strip();
    int scheme = rest.indexOf("://");
    boolean address = scheme >= 0;
    if (address) {
      rest = rest.substring(scheme + "://".length());
    }
    rest = rest.replaceFirst("(?:/v[12])?/*$", "");
    if (address && rest.indexOf('/') >= 0) {
      rest = rest.substring(0, rest.indexOf('/'));
    }
    String host = rest.toLowerCase(Locale.ROOT);
    return host.equals(INDEX_HOST) ? Registry.DOCKER_HUB.host() : host;
  }

  /** What a credential helper is asked for. */
  static String helperKey(Registry registry) {
    return registry.equals(Registry.DOCKER_HUB) ? DOCKER_KEY : registry.host();
  }
}

package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names that files of credentials use for registries. Docker Hub goes by three: docker's own
 * (the address of the index that has long been switched off), skopeo's, and the index's host.
 */
final class RegistryKeys {

  /** What docker, buildx and every credential helper call Docker Hub. */
  static final String DOCKER_KEY = "https://index.docker.io/v1/";

  private static final String INDEX_HOST = "index.docker.io";

  /** What docker's addresses have behind the host. */
  private static final Pattern VERSION = Pattern.compile("/v[12]");

  private RegistryKeys() {}

  /** What all keys that mean this registry are reduced to. */
  static String reduced(Registry registry) {
    return registry.host().toLowerCase(Locale.ROOT);
  }

  /**
   * Reduces a key of {@code auths}, {@code https://index.docker.io/v1/} or {@code quay.io}, to a
   * host. A key for a part of a registry ({@code quay.io/team}) keeps its path. An address never
   * has one: docker reads only the host of it. A version is none where it ends as addresses do
   * ({@code quay.io/v2/}), and at Docker Hub; else it is a namespace that is called so.
   */
  static String reduced(String key) {
    String rest = key.strip();
    int scheme = rest.indexOf("://");
    boolean address = scheme >= 0;
    if (address) {
      rest = rest.substring(scheme + "://".length());
    }
    boolean ended = rest.endsWith("/");
    rest = rest.replaceFirst("/+$", "");
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 || address ? "" : rest.substring(slash);
    boolean index = host.equals(INDEX_HOST);
    boolean version = (ended || index) && VERSION.matcher(path).matches();
    return (index ? Registry.DOCKER_HUB.host() : host) + (version ? "" : path);
  }

  /**
   * What keys are reduced to that are in charge of this, the one that counts most first: those of
   * the longer path (containers-auth.json(5)). Whole components only: {@code quay.io/te} is none of
   * {@code quay.io/team}.
   */
  static List<String> keys(LoginTarget target) {
    List<String> keys = new ArrayList<>();
    String host = reduced(target.registry());
    String path = target.path();
    while (!path.isEmpty()) {
      keys.add(host + "/" + path);
      path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
    keys.add(host);
    return keys;
  }

  /** What a credential helper is asked for. */
  static String helperKey(Registry registry) {
    return registry.equals(Registry.DOCKER_HUB) ? DOCKER_KEY : registry.host();
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** At which addresses registries are reached. Thread-safe. */
final class Hosts {

  private static final String HTTPS = "https";
  private static final String HTTP = "http";

  /** Docker Hub's registry has another host than its references. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(Registry.DOCKER_HUB.host(), "registry-1.docker.io");

  private final Set<Registry> insecure;
  private final Map<Registry, String> answered = new ConcurrentHashMap<>();

  Hosts(Set<Registry> insecure) {
    this.insecure = Set.copyOf(insecure);
  }

  /**
   * Whether plain http or an unverified certificate will do: only ever because somebody said so.
   */
  boolean insecure(Registry registry) {
    return insecure.contains(registry);
  }

  /** The same for a host that is no registry, such as a token server. */
  boolean insecure(URI address) {
    return insecure.stream()
        .anyMatch(registry -> registry.host().equalsIgnoreCase(address.getRawAuthority()));
  }

  /** The addresses to try, in this order. */
  List<URI> addresses(Registry registry, String path) {
    if (!insecure(registry)) {
      return List.of(address(HTTPS, registry, path));
    }
    String known = answered.get(registry);
    return known != null
        ? List.of(address(known, registry, path))
        : List.of(address(HTTPS, registry, path), address(HTTP, registry, path));
  }

  private static URI address(String scheme, Registry registry, String path) {
    String host = ELSEWHERE.getOrDefault(registry.host(), registry.host());
    return URI.create(scheme + "://" + host + path);
  }

  /** Notes that the registry answered at an address. */
  void answered(Registry registry, URI address) {
    if (insecure(registry)) {
      answered.put(registry, address.getScheme());
    }
  }

  /** Notes that it did not answer: the next request looks for it anew. */
  void silent(Registry registry) {
    answered.remove(registry);
  }
}

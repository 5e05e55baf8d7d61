package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where certificates for single registries are: folders with the registry's name, as docker and
 * skopeo have them (containers-certs.d(5)). The first place that has one counts alone. Immutable.
 */
final class CertFolders {

  private static final List<Path> SYSTEM =
      List.of(Path.of("/etc/containers/certs.d"), Path.of("/etc/docker/certs.d"));

  private final List<Path> places;

  CertFolders(List<Path> places) {
    this.places = List.copyOf(places);
  }

  /** Those of the user whose home that is, then those of the system. */
  static CertFolders of(Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    String home = environment.getOrDefault("HOME", "");
    if (!home.isEmpty()) {
      places.add(Path.of(home, ".config", "containers", "certs.d"));
    }
    places.addAll(SYSTEM);
    return new CertFolders(places);
  }

  /** A registry's folder. Its name has no slash and is not {@code ..}: its grammar sees to that. */
  Optional<Path> of(Registry registry) {
    return places.stream()
        .map(place -> place.resolve(registry.host()))
        .filter(Files::isDirectory)
        .findFirst();
  }
}

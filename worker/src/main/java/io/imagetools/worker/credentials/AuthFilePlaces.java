package io.imagetools.worker.credentials;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where files of credentials are, the one that counts most first: as containers-auth.json(5) has
 * it, and docker's after those.
 */
final class AuthFilePlaces {

  private static final String AUTH_JSON = "containers/auth.json";

  private final Map<String, String> environment;
  private final Path run;

  AuthFilePlaces(Map<String, String> environment) {
    this(environment, Path.of("/run/containers"));
  }

  /**
   * With another folder for what {@code skopeo login} writes when there is no XDG_RUNTIME_DIR, as
   * in most containers.
   */
  AuthFilePlaces(Map<String, String> environment, Path run) {
    this.environment = Map.copyOf(environment);
    this.run = run;
  }

  /**
   * Those that are there.
   *
   * @throws EnvironmentException if REGISTRY_AUTH_FILE names one that is not
   */
  List<Path> existing() {
    List<Path> places = new ArrayList<>();
    String named = value("REGISTRY_AUTH_FILE");
    if (!named.isEmpty()) {
      Path file = Path.of(named);
      if (!Files.exists(file)) {
        throw new EnvironmentException(
            "There is no file " + named + ", which REGISTRY_AUTH_FILE names. Correct or unset it.");
      }
      places.add(file);
    }
    addContainers(places);
    if (!value("DOCKER_CONFIG").isEmpty()) {
      places.add(Path.of(value("DOCKER_CONFIG"), "config.json"));
    } else if (!value("HOME").isEmpty()) {
      places.add(Path.of(value("HOME"), ".docker", "config.json"));
    }
    // One that is in a folder we may not enter is neither there nor not: reading it says so.
    return places.stream().filter(file -> !Files.notExists(file)).distinct().toList();
  }

  private void addContainers(List<Path> places) {
    if (!value("XDG_RUNTIME_DIR").isEmpty()) {
      places.add(Path.of(value("XDG_RUNTIME_DIR"), AUTH_JSON));
    } else {
      addRunFolder(places);
    }
    if (!value("XDG_CONFIG_HOME").isEmpty()) {
      places.add(Path.of(value("XDG_CONFIG_HOME"), AUTH_JSON));
    } else if (!value("HOME").isEmpty()) {
      places.add(Path.of(value("HOME"), ".config", AUTH_JSON));
    }
  }

  private void addRunFolder(List<Path> places) {
    try {
      Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Path file = run.resolve(user.toString()).resolve("auth.json");
      if (Files.exists(file)) {
        places.add(file);
      }
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return; // Not Linux: nothing is ever written there.
    }
  }

  private String value(String name) {
    return environment.getOrDefault(name, "");
  }
}

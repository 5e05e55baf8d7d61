package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the text of an auth file that skopeo reads; buildx does too if it names registries only,
 * as docker cuts every key at its first slash.
 */
final class AuthFileText {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final ObjectNode auths = MAPPER.createObjectNode();

  /** Adds a registry; Docker Hub under each of the keys that one of the programs looks for. */
  void add(Registry registry, Credential credential) {
    auths.set(registry.host(), entry(credential));
    if (registry.equals(Registry.DOCKER_HUB)) {
      auths.set(RegistryKeys.DOCKER_KEY, entry(credential));
    }
  }

  /** Adds a single repository. */
  void add(Repository repository, Credential credential) {
    auths.set(repository.toString(), entry(credential));
  }

  private static ObjectNode entry(Credential credential) {
    ObjectNode entry = MAPPER.createObjectNode();
    if (!credential.identityToken()) {
      return entry.put("auth", credential.basic());
    }
    // Without a name, skopeo passes over the entry.
    String name = credential.username().isEmpty() ? Credential.TOKEN_USER : credential.username();
    return entry
        .put("auth", Credential.base64(name + ":"))
        .put("identitytoken", credential.secret());
  }

  /** The text; empty if nothing was added. */
  Optional<String> text() {
    if (auths.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode file = MAPPER.createObjectNode();
    file.set("auths", auths);
    return Optional.of(file.toString());
  }
}

package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of credentials, read: {@code config.json} of docker or {@code auth.json} of
 * containers-auth.json(5). Keys are reduced to hosts.
 *
 * @param path where it is
 * @param credentials what stands in it
 * @param helpers the helper in charge of a host
 * @param store the helper in charge of every host that nothing else is in charge of; null: none
 */
record AuthFile(
    Path path,
    Map<String, Credential> credentials,
    Map<String, String> helpers,
    @Nullable String store) {

  AuthFile {
    credentials = Map.copyOf(credentials);
    helpers = Map.copyOf(helpers);
  }

  /** What stands in the file itself for a registry that no helper is in charge of. */
  Optional<Credential> written(Registry registry) {
    return helpers.containsKey(RegistryKeys.reduced(registry))
        ? Optional.empty()
        : Optional.ofNullable(credentials.get(RegistryKeys.reduced(registry)));
  }

  /** The helper to ask for a registry; empty if there is none, or the file itself answers. */
  Optional<String> helper(Registry registry) {
    String name = helpers.get(RegistryKeys.reduced(registry));
    if (name != null) {
      return Optional.of(name);
    }
    return written(registry).isPresent() ? Optional.empty() : Optional.ofNullable(store);
  }
}

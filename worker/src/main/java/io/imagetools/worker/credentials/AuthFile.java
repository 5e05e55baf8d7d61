package io.imagetools.worker.credentials;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of credentials, read: {@code config.json} of docker or {@code auth.json} of
 * containers-auth.json(5). Keys are reduced to hosts, or to parts of registries.
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

  /** What stands in the file itself, unless a helper is in charge of the registry. */
  Optional<Credential> written(LoginTarget target) {
    return helpers.containsKey(RegistryKeys.reduced(target.registry()))
        ? Optional.empty()
        : RegistryKeys.keys(target).stream()
            .map(credentials::get)
            .filter(Objects::nonNull)
            .findFirst();
  }

  /**
   * The helper to ask for the registry; empty if there is none, or the file itself answers. Helpers
   * are in charge of whole registries: a key of {@code credHelpers} with a path counts for nothing.
   */
  Optional<String> helper(LoginTarget target) {
    String name = helpers.get(RegistryKeys.reduced(target.registry()));
    if (name != null) {
      return Optional.of(name);
    }
    return written(target).isPresent() ? Optional.empty() : Optional.ofNullable(store);
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;

/**
 * A question to a registry, before it is known how the registry is reached and logged in to.
 *
 * @param registry who is asked
 * @param method {@code GET} or {@code HEAD}
 * @param path below the host, with {@code /v2/}
 * @param repository whose right to pull is needed; empty for none
 * @param accept media types
 * @param maxBytes how much of the answer's body is read
 * @param purpose what was tried, for messages: {@code look up quay.io/a/b:1}
 */
record Query(
    Registry registry,
    String method,
    String path,
    String repository,
    String accept,
    int maxBytes,
    String purpose) {

  /** The same with another method. */
  Query by(String other) {
    return new Query(registry, other, path, repository, accept, maxBytes, purpose);
  }

  /** The right that is needed; empty for none. */
  String scope() {
    return repository.isEmpty() ? "" : "repository:" + repository + ":pull";
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.credentials.LoginTarget;

/**
 * A question to a registry, before it is known how the registry is reached and logged in to.
 *
 * @param target who is asked, and what of it the login is for
 * @param method {@code GET}, {@code HEAD}, {@code POST}, {@code PUT} or {@code DELETE}
 * @param path below the host, with {@code /v2/}; empty for an upload, whose address the registry
 *     says
 * @param scope the rights that are needed, separated by blanks; empty for none
 * @param accept media types
 * @param maxBytes how much of the answer's body is read
 * @param purpose what was tried, for messages: {@code look up quay.io/a/b:1}
 */
record Query(
    LoginTarget target,
    String method,
    String path,
    String scope,
    String accept,
    int maxBytes,
    String purpose) {

  /** Who is asked. */
  Registry registry() {
    return target.registry();
  }

  /** The same with another method. */
  Query by(String other) {
    return new Query(target, other, path, scope, accept, maxBytes, purpose);
  }

  /** Whether it would change something. */
  boolean writes() {
    return !method.equals("GET") && !method.equals("HEAD");
  }

  /** Whether it is about an upload that is open. */
  boolean isOfUpload() {
    return path.isEmpty();
  }

  /** The right to read a repository. */
  static String pull(Repository repository) {
    return "repository:" + repository.path() + ":pull";
  }

  /** The right to read and write a repository. */
  static String push(Repository repository) {
    return pull(repository) + ",push";
  }
}

package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to be. Its text form leaves the secrets out.
 *
 * @param registry on whose behalf; its certificates count, whoever is asked
 * @param method {@code GET}, {@code HEAD}, {@code POST}, {@code PUT} or {@code DELETE}
 * @param address absolute
 * @param accept media types
 * @param authorization value of that header; null for none
 * @param content its body; null for none
 * @param body gets the body of the answer, if that is what was asked for; null: the answer has it
 * @param maxBytes how much of an answer's body is read; of an error's body less
 */
record Ask(
    Registry registry,
    String method,
    URI address,
    String accept,
    @Nullable String authorization,
    @Nullable Content content,
    @Nullable OpenBody body,
    int maxBytes) {

  /** A GET without a login. */
  static Ask get(Registry registry, URI address, int maxBytes) {
    return new Ask(registry, "GET", address, "*/*", null, null, null, maxBytes);
  }

  /** This request to another address. */
  Ask to(URI other) {
    return new Ask(registry, method, other, accept, authorization, content, body, maxBytes);
  }

  /** This request with another login; null for none. */
  Ask with(@Nullable String otherAuthorization) {
    return new Ask(registry, method, address, accept, otherAuthorization, content, body, maxBytes);
  }

  @Override
  public String toString() {
    return method + " " + Shown.address(address);
  }
}

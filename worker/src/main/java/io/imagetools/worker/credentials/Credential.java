package io.imagetools.worker.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What one logs in to a registry with. Its text form hides the secret and the name, since some
 * registries put a token into either.
 *
 * @param username may be empty with an identity token
 * @param secret a password, or an identity token (an OAuth2 refresh token that only a token server
 *     takes)
 * @param identityToken which of the two the secret is
 * @param origin where it was found, for messages: a file or the names of two variables
 * @param part the part of a registry that it is for, {@code quay.io/team}; null: it is for all of
 *     the registry
 */
public record Credential(
    String username, String secret, boolean identityToken, String origin, @Nullable String part) {

  /** What docker and its helpers write for the name of somebody who has an identity token. */
  static final String TOKEN_USER = "<token>";

  /** A name and a password. */
  public static Credential password(String username, String password, String origin) {
    return new Credential(username, password, false, origin, null);
  }

  /** An identity token. */
  public static Credential identityToken(String username, String token, String origin) {
    return new Credential(username, token, true, origin, null);
  }

  /** The same for a part of a registry only. */
  Credential forPart(String key) {
    return new Credential(username, secret, identityToken, origin, key);
  }

  /** Name and password as Basic authentication has them (RFC 7617), in base64. */
  public String basic() {
    return base64(username + ":" + secret);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "a credential from " + origin + (part == null ? "" : " for " + part);
  }
}

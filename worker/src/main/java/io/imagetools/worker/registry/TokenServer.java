package io.imagetools.worker.registry;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/** Fetches tokens from where a registry's challenge says. */
final class TokenServer {

  /** More is no token: a header could not carry it. */
  static final int MAX_BYTES = 64 << 10;

  private static final String CLIENT = "image-tools";

  private final Redirects redirects;
  private final Hosts hosts;
  private final Refusals refusals;
  private final Clock clock;

  TokenServer(Redirects redirects, Hosts hosts, Refusals refusals, Clock clock) {
    this.redirects = redirects;
    this.hosts = hosts;
    this.refusals = refusals;
    this.clock = clock;
  }

  /**
   * Fetches one. The scope is always ours: what a challenge proposes could be more than to pull.
   */
  Token fetch(Query query, Challenge challenge, Optional<Credential> credential)
      throws MirrorFailure, InterruptedException {
    URI realm = realm(query, challenge, credential.isPresent());
    boolean identity = credential.isPresent() && credential.get().identityToken();
    Ask ask =
        identity
            ? refresh(realm, query, challenge, credential.get())
            : basic(realm, query, challenge, credential);
    Answer answer;
    try {
      answer = redirects.send(ask, lax(query, realm));
    } catch (IOException e) {
      throw NetworkFailures.ofTokenServer(query, realm.getRawAuthority(), e);
    }
    if (!answer.ok()) {
      throw refusals.ofTokenServer(query, answer, credential);
    }
    if (!answer.complete()) {
      throw noToken(query, "a token larger than 64 KiB");
    }
    return Token.parse(answer.text(), clock.instant())
        .orElseThrow(() -> noToken(query, "without a token in it"));
  }

  private static MirrorFailure noToken(Query query, String what) {
    return Refusals.odd(
        query, FailureKind.REGISTRY_UNAVAILABLE, "has a token server that answered " + what);
  }

  private URI realm(Query query, Challenge challenge, boolean login) throws MirrorFailure {
    URI realm;
    try {
      realm = URI.create(challenge.parameter("realm"));
    } catch (IllegalArgumentException e) {
      throw odd(query, "names a token server that is no address");
    }
    boolean http = "http".equals(realm.getScheme());
    if (realm.getHost() == null || !(http || "https".equals(realm.getScheme()))) {
      throw odd(query, "names a token server that is no address");
    }
    if (http && login && !lax(query, realm)) {
      throw odd(
          query,
          "wants the login sent to its token server by plain http; if that is meant:"
              + " --insecure-registry "
              + Shown.text(realm.getRawAuthority()));
    }
    return realm;
  }

  /** What is said of a registry holds for a token server of the same name, and of no other. */
  private boolean lax(Query query, URI realm) {
    return hosts.insecure(realm)
        || (hosts.insecure(query.registry())
            && hosts.addresses(query.registry(), "/").stream()
                .anyMatch(address -> Redirects.sameName(address, realm)));
  }

  private static MirrorFailure odd(Query query, String what) {
    return Refusals.odd(query, FailureKind.UNAUTHORIZED, what);
  }

  private static Ask basic(
      URI realm, Query query, Challenge challenge, Optional<Credential> credential) {
    StringBuilder address = new StringBuilder(realm.toString());
    String separator = realm.getRawQuery() == null ? "?" : "&";
    String parameters = parameters(challenge, query.scope().split(" ", -1));
    if (!parameters.isEmpty()) {
      address.append(separator).append(parameters);
    }
    Ask ask = Ask.get(query.registry(), URI.create(address.toString()), MAX_BYTES);
    return credential.isEmpty() ? ask : ask.with("Basic " + credential.get().basic());
  }

  /** An identity token is exchanged by POST (Docker's OAuth2 token specification). */
  private static Ask refresh(URI realm, Query query, Challenge challenge, Credential credential) {
    String form =
        "grant_type=refresh_token&client_id="
            + CLIENT
            + "&refresh_token="
            + encoded(credential.secret())
            + "&"
            + parameters(challenge, query.scope()); // One parameter here: the form of OAuth 2.
    return new Ask(
        query.registry(), "POST", realm, "*/*", null, Content.form(form), null, MAX_BYTES);
  }

  /** Several rights are several parameters, as docker asks for them. */
  private static String parameters(Challenge challenge, String... scopes) {
    StringBuilder parameters = new StringBuilder();
    String service = challenge.parameter("service");
    if (!service.isEmpty()) {
      parameters.append("service=").append(encoded(service));
    }
    for (String scope : scopes) {
      if (!scope.isEmpty()) {
        parameters.append(parameters.isEmpty() ? "" : "&").append("scope=").append(encoded(scope));
      }
    }
    return parameters.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

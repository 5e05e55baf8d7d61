package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rights are asked for at a destination, and what if they are not given. */
class DestinationReadsTest extends ClientFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
  private static final CredentialLookup ANN =
      target -> Optional.of(Credential.password("ann", "s3cret", "FILE"));
  private static final String HEAD = "HEAD " + MANIFEST;
  private static final String PUT = "PUT " + MANIFEST;
  private static final String TO_PULL = "GET /token?scope=repository%3Aa%2Fb%3Apull";
  private static final String TO_PUSH = TO_PULL + "%2Cpush";

  private final RegistryWrites writes = client.writes(LIMITS);

  /** Wants that token, and says 401 to all others. */
  private Script wanting(String token, Script behind) {
    return exchange -> {
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      String challenge = "Bearer realm=\"" + server.address("/token") + "\"";
      Script script =
          ("Bearer " + token).equals(shown) ? behind : status(401, "WWW-Authenticate", challenge);
      script.answer(exchange);
    };
  }

  private static Script tokens(Script toPush, Script toPull) {
    return exchange -> {
      boolean push = exchange.getRequestURI().getQuery().endsWith(",push");
      (push ? toPush : toPull).answer(exchange);
    };
  }

  private static Script token(String value) {
    return text(200, "{\"token\":\"" + value + "\",\"expires_in\":300}");
  }

  private boolean put() throws MirrorFailure, InterruptedException {
    return writes.putManifest(image(), MediaTypes.OCI_MANIFEST, CONTENT);
  }

  @Test
  void the_token_of_the_look_serves_the_push() throws Exception {
    server.on(HEAD, wanting("both", status(404)));
    server.on(PUT, wanting("both", status(201)));
    server.on("GET /token", tokens(token("both"), token("pull")));

    assertThat(writes.reads().head(image())).isEmpty();
    assertThat(put()).isTrue();

    assertThat(server.lines()).containsExactly(HEAD, TO_PUSH, HEAD, PUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  void who_is_refused_the_right_to_push_still_sees_what_is_there(int refusal) throws Exception {
    server.on(HEAD, wanting("pull", manifest()));
    server.on("GET /token", tokens(status(refusal), token("pull")));

    assertThat(writes.reads().head(image())).map(RegistryReads.Head::digest).contains(DIGEST);

    assertThat(server.lines()).containsExactly(HEAD, TO_PUSH, TO_PULL, HEAD);
  }

  @Test
  void a_token_to_push_that_serves_nothing_is_replaced_by_one_to_pull() throws Exception {
    server.on(HEAD, wanting("pull", manifest()));
    server.on("GET /token", tokens(token("nothing"), token("pull")));

    assertThat(writes.reads().head(image())).map(RegistryReads.Head::digest).contains(DIGEST);

    assertThat(server.lines()).startsWith(HEAD, TO_PUSH, HEAD).endsWith(TO_PULL, HEAD);
  }

  @Test
  void a_token_that_serves_less_than_was_asked_for_shows_what_is_there_and_pushes_nothing()
      throws Exception {
    server.on(HEAD, wanting("less", manifest()));
    server.on(PUT, wanting("more", status(201)));
    server.on("GET /token", token("less"));

    assertThat(writes.reads().head(image())).isPresent();
    MirrorFailure failure = failureOf(this::put);

    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure).hasMessageContaining("push the manifest " + image());
    assertThat(server.lines()).filteredOn(TO_PULL::equals).isEmpty();
  }

  @Test
  void a_token_server_that_is_out_of_order_is_not_asked_for_less() {
    server.on(HEAD, wanting("pull", manifest()));
    server.on("GET /token", tokens(status(503), token("pull")));

    assertThat(failureOf(() -> writes.reads().head(image())).kind())
        .isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(server.lines()).containsExactly(HEAD, TO_PUSH);
  }

  @Test
  void a_password_that_is_wrong_for_everything_is_shown_once() throws Exception {
    server.on(HEAD, status(401, "WWW-Authenticate", "Basic realm=\"it\""));
    try (RegistryClient ann = client(ANN)) {
      assertThat(failureOf(() -> ann.writes(LIMITS).reads().head(image())).kind())
          .isEqualTo(FailureKind.UNAUTHORIZED);
    }

    assertThat(server.lines()).isEqualTo(List.of(HEAD, HEAD));
  }
}

package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.credentials.Credentials;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.SystemProgramRunner;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest extends ClientFixture {

  private static final Credential PASSWORD = Credential.password("ann", "s3cret", "FILE");
  private static final CredentialLookup ANN = target -> Optional.of(PASSWORD);
  private static final String TOKEN_LINE = "GET /token?service=it&scope=repository%3Aa%2Fb%3Apull";

  private final Path folder;

  LoginsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ScriptedRegistry.Script wantsToken() {
    return status(
        401,
        "WWW-Authenticate",
        "Bearer realm=\""
            + server.address("/token")
            + "\",service=\"it\",scope=\"repository:a/b:pull,push\"");
  }

  private static ScriptedRegistry.Script token(String value, int seconds) {
    return text(200, "{\"token\":\"" + value + "\",\"expires_in\":" + seconds + "}");
  }

  private List<String> authorizations() {
    return server.seen().stream().map(Seen::authorization).map(String::valueOf).toList();
  }

  @Test
  void a_token_is_fetched_without_login_where_there_is_none_and_kept() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("GET /token", token("t1", 300));

    assertThat(client.head(image())).isPresent();
    assertThat(client.head(image())).isPresent();

    assertThat(server.lines())
        .containsExactly("HEAD " + MANIFEST, TOKEN_LINE, "HEAD " + MANIFEST, "HEAD " + MANIFEST);
    assertThat(authorizations()).containsExactly("null", "null", "Bearer t1", "Bearer t1");
  }

  @Test
  void a_token_for_another_repository_costs_no_refusal_once_the_way_is_known() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("HEAD /v2/c/manifests/1", manifest());
    server.on("GET /token", token("t1", 300), token("t2", 300));

    client.head(image());
    client.head(ImageReference.parse(server.registry() + "/c:1"));

    assertThat(server.lines())
        .endsWith("GET /token?service=it&scope=repository%3Ac%3Apull", "HEAD /v2/c/manifests/1");
    assertThat(authorizations()).endsWith("null", "Bearer t2");
  }

  @Test
  void the_token_server_sees_the_login_and_the_registry_does_not() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("GET /token", text(200, "{\"access_token\":\"t1\"}"));
    try (RegistryClient ann = client(ANN)) {
      ann.head(image());
    }

    assertThat(authorizations()).containsExactly("null", "Basic " + PASSWORD.basic(), "Bearer t1");
  }

  @Test
  void a_token_that_is_refused_is_replaced_once() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest(), wantsToken(), manifest());
    server.on("GET /token", token("t1", 300), token("t2", 300));

    client.head(image());
    assertThat(client.head(image())).isPresent();

    assertThat(authorizations())
        .containsExactly("null", "null", "Bearer t1", "Bearer t1", "null", "Bearer t2");
  }

  @Test
  void a_fresh_token_that_is_refused_is_the_end() {
    server.on("HEAD " + MANIFEST, wantsToken());
    server.on("GET /token", token("t1", 300));

    MirrorFailure failure = failureOf(() -> client.head(image()));

    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure)
        .hasMessageContaining("There is no credential for it")
        .hasMessageContaining("skopeo login " + server.registry())
        .hasMessageContaining("DOCKER_USERNAME and DOCKER_PASSWORD");
    assertThat(server.lines()).hasSize(3);
  }

  @Test
  void a_token_is_fetched_anew_before_it_expires() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("GET /token", token("t1", 300), token("t2", 300));

    client.head(image());
    clock.advance(Duration.ofMinutes(5).minus(Token.MARGIN));
    client.head(image());

    assertThat(authorizations()).endsWith("Bearer t1", "null", "Bearer t2");
  }

  @Test
  void an_identity_token_is_exchanged_by_post() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("POST /token", token("t1", 300));
    CredentialLookup lookup =
        target -> Optional.of(Credential.identityToken("", "id+token", "FILE"));
    try (RegistryClient one = client(lookup)) {
      one.head(image());
    }

    Seen exchange = server.seen().get(1);
    assertThat(exchange.line()).isEqualTo("POST /token");
    assertThat(exchange.body())
        .isEqualTo(
            "grant_type=refresh_token&client_id=image-tools&refresh_token=id%2Btoken"
                + "&service=it&scope=repository%3Aa%2Fb%3Apull");
    assertThat(authorizations()).containsExactly("null", "null", "Bearer t1");
  }

  @Test
  void a_wrong_password_is_told_with_where_it_came_from_and_without_it() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken());
    server.on("GET /token", text(401, "{\"details\":\"incorrect username or password\"}"));
    MirrorFailure failure;
    try (RegistryClient ann = client(ANN)) {
      failure = failureOf(() -> ann.head(image()));
    }

    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure)
        .hasMessageContaining("Tried to look up " + image() + " but the token server of")
        .hasMessageContaining("401")
        .hasMessageContaining("incorrect username or password")
        .hasMessageContaining("does not accept a credential from FILE");
    assertThat(failure.toString() + failure.evidence())
        .doesNotContain("s3cret", "ann", PASSWORD.basic());
  }

  @Test
  void a_token_server_that_limits_the_rate_or_fails_is_not_a_wrong_password() {
    server.on("HEAD " + MANIFEST, wantsToken());
    server.on("GET /token", status(429, "Retry-After", "7"), status(503), text(200, "<html>"));

    MirrorFailure limited = failureOf(() -> client.head(image()));
    assertThat(limited.kind()).isEqualTo(FailureKind.RATE_LIMITED);
    assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(failureOf(() -> client.head(image())).kind())
        .isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(failureOf(() -> client.head(image())).kind())
        .isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
  }

  @Test
  void a_token_larger_than_any_header_is_refused() {
    server.on("HEAD " + MANIFEST, wantsToken());
    server.on("GET /token", token("x".repeat(TokenServer.MAX_BYTES), 300));

    assertThat(failureOf(() -> client.head(image()))).hasMessageContaining("larger than 64 KiB");
  }

  @Test
  void a_token_that_would_break_out_of_its_header_is_refused() {
    server.on("HEAD " + MANIFEST, wantsToken());
    server.on("GET /token", token("t\\r\\nX-Evil: 1", 300));

    assertThat(failureOf(() -> client.head(image()))).hasMessageContaining("without a token in it");
  }

  @Test
  void basic_authentication_is_used_at_once_after_the_first_refusal() throws Exception {
    server.on(
        "HEAD " + MANIFEST, status(401, "WWW-Authenticate", "Basic realm=\"it\""), manifest());
    try (RegistryClient ann = client(ANN)) {
      ann.head(image());
      ann.head(image());
    }

    String basic = "Basic " + PASSWORD.basic();
    assertThat(authorizations()).containsExactly("null", basic, basic);
  }

  private static final Credential BOB = Credential.password("bob", "pw", "FILE");

  /** Ann's is all below {@code a}, Bob's is the rest. */
  private static final CredentialLookup PARTS =
      target -> Optional.of(target.path().startsWith("a/") ? PASSWORD : BOB);

  @Test
  void parts_of_a_registry_with_passwords_of_their_own_stay_apart() throws Exception {
    server.on(
        "HEAD " + MANIFEST, status(401, "WWW-Authenticate", "Basic realm=\"it\""), manifest());
    server.on("HEAD /v2/c/manifests/1", manifest());
    try (RegistryClient both = client(PARTS)) {
      both.head(image());
      both.head(ImageReference.parse(server.registry() + "/c:1"));
    }

    assertThat(authorizations())
        .containsExactly("null", "Basic " + PASSWORD.basic(), "Basic " + BOB.basic());
  }

  @Test
  void parts_of_a_registry_with_logins_of_their_own_get_tokens_of_their_own() throws Exception {
    server.on("HEAD " + MANIFEST, wantsToken(), manifest());
    server.on("HEAD /v2/c/manifests/1", manifest());
    server.on("GET /token", token("t1", 300), token("t2", 300));
    try (RegistryClient both = client(PARTS)) {
      both.head(image());
      both.head(ImageReference.parse(server.registry() + "/c:1"));
    }

    assertThat(authorizations())
        .containsExactly(
            "null", "Basic " + PASSWORD.basic(), "Bearer t1", "Basic " + BOB.basic(), "Bearer t2");
  }

  @Test
  void a_refused_login_for_a_part_of_a_registry_says_how_to_log_in_to_that_part() throws Exception {
    Path file = folder.resolve("auth.json");
    String key = server.registry() + "/a";
    Files.writeString(file, "{\"auths\":{\"" + key + "\":{\"auth\":\"YW5uOnczMQ==\"}}}");
    server.on("HEAD " + MANIFEST, status(401, "WWW-Authenticate", "Basic realm=\"it\""));
    MirrorFailure failure;
    try (SystemProgramRunner runner = new SystemProgramRunner();
        RegistryClient ann =
            client(
                Credentials.load(
                    Map.of("REGISTRY_AUTH_FILE", file.toString()), null, runner, clock))) {
      failure = failureOf(() -> ann.head(image()));
    }

    assertThat(failure)
        .hasMessageContaining("does not accept a credential from " + file + " for " + key)
        .hasMessageContaining("log in with 'skopeo login " + key + "'");
  }

  @Test
  void a_wrong_basic_password_is_shown_once() throws Exception {
    server.on("HEAD " + MANIFEST, status(401, "WWW-Authenticate", "Basic realm=\"it\""));
    try (RegistryClient ann = client(ANN)) {
      assertThat(failureOf(() -> ann.head(image())).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    }

    assertThat(server.lines()).hasSize(2);
  }

  @Test
  void a_redirect_to_another_host_loses_the_login() throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      store.on("GET /blob", ScriptedRegistry.bytes(200, CONTENT));
      server.on(
          "GET /v2/a/b/blobs/" + DIGEST,
          status(401, "WWW-Authenticate", "Basic realm=\"it\""),
          status(307, "Location", store.address("/blob")));

      assertThat(ann.blob(image().repository(), DIGEST, 100)).isEqualTo(CONTENT);

      assertThat(authorizations()).endsWith("Basic " + PASSWORD.basic());
      assertThat(store.seen()).extracting(Seen::authorization).containsOnlyNulls();
    }
  }

  @Test
  void a_store_behind_a_redirect_that_asks_for_a_login_gets_none() throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      store.on("GET /blob", status(401, "WWW-Authenticate", "Basic realm=\"evil\""));
      server.on("GET /v2/a/b/blobs/" + DIGEST, status(307, "Location", store.address("/blob")));

      assertThat(failureOf(() -> ann.blob(image().repository(), DIGEST, 100)).kind())
          .isEqualTo(FailureKind.UNAUTHORIZED);

      assertThat(authorizations()).containsExactly("null");
      assertThat(store.seen()).extracting(Seen::authorization).containsExactly((String) null);
    }
  }

  @Test
  void a_login_goes_to_no_token_server_by_plain_http_unless_somebody_said_so() throws Exception {
    try (ScriptedRegistry elsewhere = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      String realm = "http://localhost:" + elsewhere.port() + "/token";
      server.on(
          "HEAD " + MANIFEST, status(401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\""));

      assertThat(failureOf(() -> ann.head(image())))
          .hasMessageContaining("by plain http")
          .hasMessageContaining("--insecure-registry localhost:" + elsewhere.port());
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  @Test
  void threads_that_want_the_same_token_fetch_it_once() throws Exception {
    int threads = 12;
    server.on(
        "HEAD " + MANIFEST,
        exchange -> {
          boolean login = exchange.getRequestHeaders().containsKey("Authorization");
          (login ? manifest() : wantsToken()).answer(exchange);
        });
    server.on("GET /token", token("t1", 300), token("t2", 300));
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Optional<RegistryReads.Head>>> heads =
          callers.invokeAll(Collections.nCopies(threads, () -> client.head(image())));
      for (Future<Optional<RegistryReads.Head>> head : heads) {
        assertThat(head.get()).isPresent();
      }
    } finally {
      callers.shutdownNow();
    }

    assertThat(server.lines()).filteredOn(TOKEN_LINE::equals).hasSize(1);
  }
}

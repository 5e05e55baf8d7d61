package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.bytes;
import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which login a push shows to whom. */
@Timeout(300)
class UploadLoginsTest extends UploadFixture {

  private static final Credential PASSWORD = Credential.password("ann", "s3cret", "FILE");
  private static final CredentialLookup ANN = target -> Optional.of(PASSWORD);

  private static String bearer(Seen seen) {
    return String.valueOf(seen.authorization());
  }

  @Test
  void a_location_at_another_host_does_not_see_the_login() throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      server.on(
          POST, status(401, "WWW-Authenticate", "Basic realm=\"x\""), opened(store.address("/up")));
      server.on(GET, bytes(200, BLOB));
      store.on("PUT /up", status(201));

      upload(ann.writes(LIMITS));

      assertThat(server.seen().get(1).authorization()).isEqualTo("Basic " + PASSWORD.basic());
      assertThat(store.seen()).hasSize(1);
      assertThat(store.seen().get(0).authorization()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer realm=\"STORE/token\"", "Basic realm=\"evil\""})
  void a_location_at_another_host_that_asks_for_a_login_gets_none(String challenge)
      throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      server.on(
          POST, status(401, "WWW-Authenticate", "Basic realm=\"x\""), opened(store.address("/up")));
      server.on(GET, bytes(200, BLOB));
      store.on(
          "PUT /up",
          status(401, "WWW-Authenticate", challenge.replace("STORE", store.address(""))));
      store.on("GET /token", text(200, "{\"token\":\"t\"}"));

      MirrorFailure failure =
          catchThrowableOfType(MirrorFailure.class, () -> upload(ann.writes(LIMITS)));

      assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(failure)
          .hasMessageContaining("another host that wants a login, " + store.address("/up"))
          .hasMessageContaining("not shown the login of the registry")
          .message()
          .doesNotContain("does not accept");
      assertThat(store.lines()).hasSize(Breaks.MOST + 1).containsOnly("PUT /up?digest=" + ESCAPED);
      assertThat(store.seen()).extracting(Seen::authorization).containsOnlyNulls();
      ann.head(image()); // What the store said of logins is not believed of the registry.
      assertThat(last().authorization()).isEqualTo("Basic " + PASSWORD.basic());
    }
  }

  @Test
  void a_location_at_another_host_that_always_asks_for_a_login_does_not_get_the_whole_instead()
      throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry()) {
      server.on(POST, opened(store.address("/up")));
      server.on(GET, bytes(200, BLOB));
      store.on("PATCH /up", status(401));

      MirrorFailure failure =
          catchThrowableOfType(
              MirrorFailure.class, () -> upload(client.writes(LIMITS, BLOB.length / 3)));

      assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(store.lines()).isNotEmpty().allMatch(line -> line.startsWith("PATCH "));
    }
  }

  /** As of a store whose addresses hold the right to write, for a while. */
  @Test
  void a_location_at_another_host_that_has_ended_is_asked_for_anew() throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry()) {
      server.on(POST, opened(store.address("/up?right=1")), opened(store.address("/up?right=2")));
      server.on(GET, bytes(200, BLOB));
      store.on("PUT /up", status(401), status(201));

      upload(writes);

      assertThat(store.lines())
          .containsExactly(
              "PUT /up?right=1&digest=" + ESCAPED, "PUT /up?right=2&digest=" + ESCAPED);
    }
  }

  @Test
  void a_store_that_a_blob_is_redirected_to_does_not_see_the_login() throws Exception {
    try (ScriptedRegistry store = new ScriptedRegistry();
        RegistryClient ann = client(ANN)) {
      server.on(POST, status(401, "WWW-Authenticate", "Basic realm=\"x\""), opened("/up"));
      server.on(GET, status(307, "Location", store.address("/blob?signature=1")));
      server.on("PUT /up", status(201));
      store.on("GET /blob", bytes(200, BLOB));

      upload(ann.writes(LIMITS));

      assertThat(store.seen().get(0).authorization()).isNull();
      assertThat(bearer(last())).startsWith("Basic ");
      assertThat(last().body()).hasSize(BLOB.length);
    }
  }

  private Script wantsToken() {
    return status(
        401,
        "WWW-Authenticate",
        "Bearer realm=\"" + server.address("/token") + "\",service=\"it\"");
  }

  private static Script token(String value) {
    return text(200, "{\"token\":\"" + value + "\",\"expires_in\":300}");
  }

  private static final Credential READER = Credential.password("reader", "r", "FILE");

  /** Ann writes to {@code c}; in {@code a} another one reads. */
  private static final CredentialLookup PARTS =
      target -> Optional.of(target.path().startsWith("c/") ? PASSWORD : READER);

  @Test
  void a_mount_asks_with_the_login_of_where_it_goes_and_never_that_of_where_it_is()
      throws Exception {
    String realm = "Bearer realm=\"" + server.address("/token") + "\"";
    server.on(POST, status(401, "WWW-Authenticate", realm), status(201));
    server.on("GET /token", text(200, "{\"token\":\"t\"}"));
    try (RegistryClient both = client(PARTS)) {
      assertThat(both.writes(LIMITS).mount(to, BLOB_DIGEST, from).mounted()).isTrue();
    }

    assertThat(server.seen())
        .extracting(UploadLoginsTest::bearer)
        .containsExactly("null", "Basic " + PASSWORD.basic(), "Bearer t");
  }

  @Test
  void an_upload_within_a_registry_reads_and_writes_with_a_login_each() throws Exception {
    server.on(POST, status(401, "WWW-Authenticate", "Basic realm=\"x\""), opened("/up"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up", status(201));
    try (RegistryClient both = client(PARTS)) {
      upload(both.writes(LIMITS));
    }

    assertThat(
            server.seen().stream().map(seen -> seen.line().split(" ", -1)[0] + " " + bearer(seen)))
        .containsExactly(
            "POST null",
            "POST Basic " + PASSWORD.basic(),
            "GET Basic " + READER.basic(),
            "PUT Basic " + PASSWORD.basic());
  }

  @Test
  void a_mount_asks_for_the_right_to_read_there_as_well() throws Exception {
    server.on(POST, wantsToken(), status(201));
    server.on("GET /token", token("t1"));

    writes.mount(to, BLOB_DIGEST, from);

    assertThat(server.lines().get(1))
        .isEqualTo(
            "GET /token?service=it&scope=repository%3Ac%2Fd%3Apull%2Cpush"
                + "&scope=repository%3Aa%2Fb%3Apull");
    assertThat(bearer(last())).isEqualTo("Bearer t1");
  }

  @Test
  void a_token_that_ends_in_the_middle_is_renewed_once_and_the_blob_sent_anew() throws Exception {
    server.on("GET /token", token("old"), token("source"), token("new"), token("newer"));
    server.on(POST, wantsToken(), opened("/up/1"), opened("/up/2"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/1", wantsToken());
    server.on("PUT /up/2", status(201));

    upload(writes);

    assertThat(last().line()).startsWith("PUT /up/2");
    assertThat(bearer(last())).isNotEqualTo("Bearer old");
    assertThat(last().body()).hasSize(BLOB.length);
  }

  @Test
  void a_registry_that_never_takes_its_own_tokens_is_not_asked_forever() {
    server.on("GET /token", token("1"), token("2"), token("3"), token("4"));
    server.on(POST, wantsToken(), opened("/up/1"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/1", wantsToken());

    assertThat(failureOfUpload().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(server.lines().stream().filter(line -> line.startsWith("PUT"))).hasSize(2);
  }
}

package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.bytes;
import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.registry.RegistryWrites.Mount;
import io.imagetools.worker.registry.RegistryWrites.Session;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What registries may answer to a push, each kind once. */
@Timeout(300)
class RegistryWriterTest extends ClientFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
  private static final byte[] BLOB = "a layer, more or less".getBytes(StandardCharsets.UTF_8);
  private static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  private static final String ESCAPED = BLOB_DIGEST.toString().replace(":", "%3A");
  private static final String GET = "GET /v2/a/b/blobs/" + BLOB_DIGEST;
  private static final String POST = "POST /v2/c/d/blobs/uploads/";
  private static final Credential PASSWORD = Credential.password("ann", "s3cret", "FILE");
  private static final CredentialLookup ANN = target -> Optional.of(PASSWORD);

  private final RegistryWrites writes = client.writes(LIMITS);
  private final Repository from = new Repository(server.registry(), "a/b");
  private final Repository to = new Repository(server.registry(), "c/d");

  private void upload(RegistryWrites writer) throws MirrorFailure, InterruptedException {
    writer.upload(from, BLOB_DIGEST, BLOB.length, writer.open(to));
  }

  private MirrorFailure failureOfUpload() {
    return catchThrowableOfType(MirrorFailure.class, () -> upload(writes));
  }

  private static Script opened(String location) {
    return status(202, "Location", location);
  }

  private Seen last() {
    List<Seen> seen = server.seen();
    return seen.get(seen.size() - 1);
  }

  private static String bearer(Seen seen) {
    return String.valueOf(seen.authorization());
  }

  @Test
  void a_relative_location_that_has_a_query_is_completed() throws Exception {
    server.on(POST, opened("/up/1?_state=x%3D"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/1", status(201));

    upload(writes);

    assertThat(last().line()).isEqualTo("PUT /up/1?_state=x%3D&digest=" + ESCAPED);
    assertThat(last().body()).isEqualTo(new String(BLOB, StandardCharsets.UTF_8));
    assertThat(server.lines()).hasSize(3);
  }

  @Test
  void an_absolute_location_without_a_query_is_completed() throws Exception {
    server.on(POST, opened(server.address("/up/2")));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/2", status(204));

    upload(writes);

    assertThat(last().line()).isEqualTo("PUT /up/2?digest=" + ESCAPED);
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

  @ParameterizedTest
  @ValueSource(strings = {"", "http://"})
  void a_location_that_is_none_is_said(String location) {
    server.on(POST, location.isEmpty() ? status(202) : opened(location));

    assertThat(failureOfUpload().kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
  }

  @Test
  void a_registry_behind_tls_that_says_http_means_itself() throws Exception {
    URI asked = URI.create("https://r.example.org/v2/c/d/blobs/uploads/");
    Answer answer =
        new Answer(
            202,
            "",
            Map.of("location", List.of("http://r.example.org/up?_state=1")),
            new byte[0],
            true,
            asked);
    Query query = new Query(LoginTarget.of(to), "POST", "/", "", "*/*", 1, "open an upload");

    Session session = new UploadAddress(new Hosts(Set.of())).session(query, to, answer);

    assertThat(session.location()).hasToString("https://r.example.org/up?_state=1");
  }

  @Test
  void a_mount_is_done_or_opens_an_upload_or_neither() throws Exception {
    server.on(POST, status(201), opened("/up/3"), status(403), status(404));

    assertThat(writes.mount(to, BLOB_DIGEST, from)).isEqualTo(new Mount(true, null));
    Mount second = writes.mount(to, BLOB_DIGEST, from);
    assertThat(second.mounted()).isFalse();
    assertThat(second.session()).isEqualTo(new Session(to, URI.create(server.address("/up/3"))));
    assertThat(writes.mount(to, BLOB_DIGEST, from)).isEqualTo(new Mount(false, null));
    assertThat(writes.mount(to, BLOB_DIGEST, from)).isEqualTo(new Mount(false, null));

    assertThat(server.lines()).containsOnly(POST + "?mount=" + BLOB_DIGEST + "&from=a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://"})
  void a_mount_that_opens_an_upload_nowhere_is_none(String location) throws Exception {
    server.on(POST, location.isEmpty() ? status(202) : opened(location));

    assertThat(writes.mount(to, BLOB_DIGEST, from)).isEqualTo(new Mount(false, null));
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
        .extracting(RegistryWriterTest::bearer)
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

  @Test
  void other_bytes_are_never_completed_at_the_destination() {
    byte[] other = BLOB.clone();
    other[3] = 'x';
    server.on(POST, opened("/up/1"));
    server.on(GET, bytes(200, other));
    server.on("PUT /up/1", status(201));

    MirrorFailure failure = failureOfUpload();

    assertThat(failure.kind()).isEqualTo(FailureKind.DIGEST_MISMATCH);
    assertThat(failure).hasMessageContaining("sent bytes of another digest");
    assertThat(server.lines()).noneMatch(line -> line.startsWith("PUT"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void a_blob_of_another_size_is_never_completed(int more) {
    server.on(POST, opened("/up/1"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/1", status(201));

    MirrorFailure failure =
        catchThrowableOfType(
            MirrorFailure.class,
            () -> writes.upload(from, BLOB_DIGEST, BLOB.length + more, writes.open(to)));

    assertThat(failure.kind()).isEqualTo(FailureKind.DIGEST_MISMATCH);
    assertThat(server.lines()).noneMatch(line -> line.startsWith("PUT"));
  }

  @Test
  void sha512_is_checked_as_well() throws Exception {
    Digest digest =
        new Digest(
            "sha512", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(BLOB)));
    server.on(POST, opened("/up/1"));
    server.on("GET /v2/a/b/blobs/" + digest, bytes(200, BLOB));
    server.on("PUT /up/1", status(201));

    writes.upload(from, digest, BLOB.length, writes.open(to));

    assertThat(last().line()).endsWith("digest=sha512%3A" + digest.hex());
  }

  @Test
  void an_empty_blob_arrives() throws Exception {
    Digest digest = Digest.sha256(new byte[0]);
    server.on(POST, opened("/up/1"));
    server.on("GET /v2/a/b/blobs/" + digest, bytes(200, new byte[0]));
    server.on("PUT /up/1", status(201));

    writes.upload(from, digest, 0, writes.open(to));

    assertThat(last().line()).startsWith("PUT /up/1");
  }

  @Test
  void a_blob_that_the_source_lacks_is_said_and_the_upload_ended() {
    server.on(POST, opened("/up/1"));
    server.on("DELETE /up/1", status(204));

    assertThat(failureOfUpload().kind()).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
    assertThat(server.lines()).endsWith("DELETE /up/1");
  }

  @Test
  void a_limit_is_passed_on_with_the_wait_that_was_asked_for() throws Exception {
    server.on(POST, status(429, "Retry-After", "7"), opened("/up/1"));
    server.on(GET, bytes(200, BLOB));
    server.on("PUT /up/1", status(429, "Retry-After", "8"));
    server.on("PUT /v2/c/d/manifests/1", status(429));

    assertThat(failureOfUpload().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    MirrorFailure put = failureOfUpload();
    assertThat(put.kind()).isEqualTo(FailureKind.RATE_LIMITED);
    assertThat(put.retryAfter()).isEqualTo(Duration.ofSeconds(8));
    MirrorFailure manifest = failureOf(() -> putManifest());
    assertThat(manifest.kind()).isEqualTo(FailureKind.RATE_LIMITED);
    assertThat(manifest.retryAfter()).isNull();
  }

  private boolean putManifest() throws MirrorFailure, InterruptedException {
    return writes.putManifest(ImageReference.parse(to + ":1"), MediaTypes.OCI_MANIFEST, CONTENT);
  }

  @Test
  void a_manifest_arrives_as_it_is_and_a_lack_of_blobs_is_an_answer() throws Exception {
    server.on(
        "PUT /v2/c/d/manifests/1",
        status(201),
        text(404, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}"),
        text(400, "{\"errors\":[{\"code\":\"MANIFEST_INVALID\"}]}"));

    assertThat(putManifest()).isTrue();
    assertThat(last().body()).isEqualTo(new String(CONTENT, StandardCharsets.UTF_8));
    assertThat(putManifest()).isFalse();
    assertThat(failureOf(this::putManifest).kind()).isEqualTo(FailureKind.DESTINATION_REFUSED);
  }

  private static Script silent(CountDownLatch end) {
    return exchange -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static Script half(CountDownLatch end) {
    return exchange -> {
      exchange.sendResponseHeaders(200, BLOB.length);
      exchange.getResponseBody().write(BLOB, 0, 5);
      exchange.getResponseBody().flush();
      silent(end).answer(exchange);
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_side_that_stands_still_is_given_up_and_named(boolean source) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    RegistryWrites impatient =
        client.writes(new RegistryWrites.Limits(Duration.ofMillis(1200), Duration.ofMinutes(2)));
    try (ScriptedRegistry other = new ScriptedRegistry()) {
      server.on(POST, opened(other.address("/up/1")));
      server.on(GET, source ? half(end) : bytes(200, BLOB));
      other.on("PUT /up/1", source ? status(201) : silent(end));

      MirrorFailure failure = catchThrowableOfType(MirrorFailure.class, () -> upload(impatient));

      assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
      assertThat(failure).hasMessageContaining("no byte moved for 1 s");
      end.countDown();
    }
  }

  @Test
  void an_interrupt_ends_a_transfer() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    server.on(POST, opened("/up/1"));
    server.on(GET, half(end));
    ExecutorService slot = Executors.newSingleThreadExecutor();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    slot.execute(
        () -> {
          try {
            upload(writes);
          } catch (MirrorFailure | InterruptedException | RuntimeException e) {
            thrown.complete(e);
          }
        });
    await().atMost(Duration.ofMinutes(2)).until(() -> server.lines().contains(GET));

    slot.shutdownNow();

    assertThat(thrown.get(2, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    end.countDown();
  }
}

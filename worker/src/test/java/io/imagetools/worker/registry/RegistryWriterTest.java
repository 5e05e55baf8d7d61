package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.bytes;
import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.registry.RegistryWrites.Mount;
import io.imagetools.worker.registry.RegistryWrites.Session;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
class RegistryWriterTest extends UploadFixture {

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

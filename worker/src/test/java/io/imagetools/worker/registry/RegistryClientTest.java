package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.bytes;
import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryClientTest extends ClientFixture {

  private static final Digest OTHER = Digest.sha256("something else");

  @Test
  void a_head_answers_without_fetching_the_manifest() throws Exception {
    server.on("HEAD " + MANIFEST, manifest());

    assertThat(client.head(image()))
        .contains(new RegistryReads.Head(DIGEST, MediaTypes.OCI_MANIFEST));
    assertThat(server.lines()).containsExactly("HEAD " + MANIFEST);
  }

  @Test
  void a_head_without_digest_is_made_up_for_by_hashing_the_manifest() throws Exception {
    server.on("HEAD " + MANIFEST, status(200, "Content-Type", MediaTypes.OCI_MANIFEST));
    server.on("GET " + MANIFEST, bytes(200, CONTENT, "Content-Type", MediaTypes.OCI_MANIFEST));

    assertThat(client.head(image()))
        .contains(new RegistryReads.Head(DIGEST, MediaTypes.OCI_MANIFEST));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 405, 406, 501})
  void a_refused_head_is_asked_again_by_get(int refusal) throws Exception {
    server.on("HEAD " + MANIFEST, status(refusal));
    server.on("GET " + MANIFEST, manifest());

    assertThat(client.head(image())).map(RegistryReads.Head::digest).contains(DIGEST);
  }

  @Test
  void what_is_not_there_is_an_answer_and_no_failure() throws Exception {
    String unknown = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"unknown\"}]}";
    server.on("GET " + MANIFEST, text(404, unknown));

    assertThat(client.head(image())).isEmpty();
    assertThat(client.get(image())).isEmpty();
  }

  @Test
  void a_manifest_has_the_media_type_without_parameters_and_the_bytes_as_they_are()
      throws Exception {
    String type = MediaTypes.DOCKER_LIST + "; charset=utf-8";
    server.on("GET " + MANIFEST, bytes(200, CONTENT, "Content-Type", type));

    RegistryReads.Fetched fetched = client.get(image()).orElseThrow();

    assertThat(fetched.mediaType()).isEqualTo(MediaTypes.DOCKER_LIST);
    assertThat(fetched.content()).isEqualTo(CONTENT);
    assertThat(fetched.digest()).isEqualTo(DIGEST);
  }

  @Test
  void other_bytes_than_the_registry_says_are_a_mismatch() {
    server.on("GET " + MANIFEST, bytes(200, CONTENT, "Docker-Content-Digest", OTHER.toString()));

    assertMismatch(failureOf(() -> client.get(image())));
  }

  @Test
  void other_bytes_than_were_asked_for_are_a_mismatch() {
    server.on("GET /v2/a/b/manifests/" + OTHER, manifest());

    assertMismatch(failureOf(() -> client.get(pinned(OTHER))));
  }

  @Test
  void a_head_with_another_digest_than_was_asked_for_is_a_mismatch() {
    server.on("HEAD /v2/a/b/manifests/" + OTHER, manifest());

    assertMismatch(failureOf(() -> client.head(pinned(OTHER))));
  }

  private static void assertMismatch(MirrorFailure failure) {
    assertThat(failure.kind()).isEqualTo(FailureKind.DIGEST_MISMATCH);
    assertThat(failure).hasMessageContaining(DIGEST.toString());
  }

  @Test
  void a_manifest_without_end_is_given_up_at_the_bound() {
    AtomicLong sent = new AtomicLong();
    server.on("GET " + MANIFEST, endless(sent));

    MirrorFailure failure = failureOf(() -> client.get(image()));

    assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
    assertThat(failure).hasMessageContaining("larger than 4 MiB");
    assertThat(sent.get()).isLessThan(RegistryClient.MAX_MANIFEST_BYTES * 8L);
  }

  @Test
  void an_error_without_end_is_given_up_at_its_bound() {
    AtomicLong sent = new AtomicLong();
    server.on(
        "GET " + MANIFEST,
        exchange -> {
          exchange.sendResponseHeaders(500, 0);
          pour(exchange.getResponseBody(), sent);
        });

    assertThat(failureOf(() -> client.get(image())).kind())
        .isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(sent.get()).isLessThan(RegistryClient.MAX_MANIFEST_BYTES * 8L);
  }

  private static ScriptedRegistry.Script endless(AtomicLong sent) {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", MediaTypes.OCI_MANIFEST);
      exchange.sendResponseHeaders(200, 0);
      pour(exchange.getResponseBody(), sent);
    };
  }

  private static void pour(OutputStream out, AtomicLong sent) throws IOException {
    byte[] block = new byte[64 << 10];
    while (sent.get() < 1L << 30) {
      out.write(block);
      sent.addAndGet(block.length);
    }
  }

  @Test
  void an_answer_that_breaks_off_is_a_matter_of_the_network() {
    server.on(
        "GET " + MANIFEST,
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(CONTENT);
        });

    MirrorFailure failure = failureOf(() -> client.get(image()));

    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure)
        .hasMessageContaining("closed the connection before the answer was complete");
  }

  @Test
  void a_web_page_is_no_manifest() {
    server.on(
        "GET " + MANIFEST,
        text(200, "<html><title>Sign in</title></html>", "Content-Type", "text/html"));

    MirrorFailure failure = failureOf(() -> client.get(image()));

    assertThat(failure.kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("web page (Sign in)");
  }

  @Test
  void a_blob_is_fetched_through_a_redirect_and_verified() throws Exception {
    String blob = "/v2/a/b/blobs/" + DIGEST;
    server.on("GET " + blob, status(307, "Location", "/store/1?signature=s"));
    server.on("GET /store/1", bytes(200, CONTENT));

    assertThat(client.blob(image().repository(), DIGEST, 100)).isEqualTo(CONTENT);
  }

  @Test
  void a_blob_that_is_missing_too_large_or_another_one_is_a_failure() {
    server.on("GET /v2/a/b/blobs/" + DIGEST, bytes(200, CONTENT));
    server.on("GET /v2/a/b/blobs/" + OTHER, bytes(200, CONTENT));
    Digest absent = Digest.sha256("absent");

    assertThat(kindOfBlob(absent, 100)).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
    assertThat(kindOfBlob(DIGEST, 3)).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
    assertThat(kindOfBlob(OTHER, 100)).isEqualTo(FailureKind.DIGEST_MISMATCH);
  }

  private FailureKind kindOfBlob(Digest digest, int maxBytes) {
    return failureOf(() -> client.blob(image().repository(), digest, maxBytes)).kind();
  }

  @Test
  void a_loop_of_redirects_ends() {
    server.on("GET " + MANIFEST, status(307, "Location", MANIFEST));

    assertThat(failureOf(() -> client.get(image()))).hasMessageContaining("redirects more than 5");
    assertThat(server.lines()).hasSize(Redirects.LIMIT + 1);
  }

  @Test
  void a_signed_schema_1_manifest_is_handed_on_for_the_engine_to_refuse() throws Exception {
    byte[] odd = "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8);
    String signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    server.on(
        "GET " + MANIFEST,
        bytes(200, odd, "Content-Type", signed, "Docker-Content-Digest", OTHER.toString()));

    assertThat(client.get(image())).map(RegistryReads.Fetched::digest).contains(OTHER);
  }
}

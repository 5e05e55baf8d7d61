package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest extends ClientFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1));

  @ParameterizedTest
  @CsvSource({
    "400 , UNKNOWN_CODE, ENGINE_DEFECT",
    "400 , NAME_INVALID, DESTINATION_REFUSED",
    "400 , UNAUTHORIZED, UNAUTHORIZED",
    "400 , DENIED, DENIED",
    "400 , TOOMANYREQUESTS, RATE_LIMITED",
    "400 , DIGEST_INVALID, DIGEST_MISMATCH",
    "400 , SIZE_INVALID, DESTINATION_REFUSED",
    "400 , TAG_INVALID, DESTINATION_REFUSED",
    "400 , UNSUPPORTED, DESTINATION_REFUSED",
    "400 , MANIFEST_INVALID, DESTINATION_REFUSED",
    "400 , MANIFEST_UNVERIFIED, DESTINATION_REFUSED",
    "400 , NAME_UNKNOWN, DESTINATION_REFUSED",
    "400 , BLOB_UPLOAD_UNKNOWN, REGISTRY_UNAVAILABLE",
    "400 , BLOB_UPLOAD_INVALID, REGISTRY_UNAVAILABLE",
    "400 , BLOB_UNKNOWN, REGISTRY_UNAVAILABLE",
    "400 , MANIFEST_BLOB_UNKNOWN, REGISTRY_UNAVAILABLE",
    "405 , UNSUPPORTED, DESTINATION_REFUSED",
    "413 , '', DESTINATION_REFUSED",
    "409 , '', ENGINE_DEFECT",
    "412 , '', DENIED",
    "412 , PROJECTPOLICYVIOLATION, DENIED",
    "412 , UNAUTHORIZED, UNAUTHORIZED",
    "415 , '', ENGINE_DEFECT",
    "416 , BLOB_UPLOAD_INVALID, REGISTRY_UNAVAILABLE",
    "416 , REQUESTED_RANGE_NOT_SATISFIABLE, REGISTRY_UNAVAILABLE",
    "416 , '', REGISTRY_UNAVAILABLE",
    "403 , DENIED, DENIED",
    "403 , TOOMANYREQUESTS, RATE_LIMITED",
    "408 , '', TIMEOUT",
    "429 , '', RATE_LIMITED",
    "451 , '', DENIED",
    "500 , UNKNOWN, REGISTRY_UNAVAILABLE",
    "503 , '', REGISTRY_UNAVAILABLE",
    "507 , '', REGISTRY_UNAVAILABLE",
    "202 , '', REGISTRY_UNAVAILABLE",
  })
  void each_refusal_has_its_kind(int status, String code, FailureKind kind) {
    String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"so it is\"}]}";
    server.on("GET " + MANIFEST, text(status, body));

    MirrorFailure failure = failureOf(() -> client.get(image()));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.registry()).isEqualTo(server.registry());
    assertThat(failure)
        .hasMessageStartingWith(
            "Tried to look up " + image() + " but " + server.registry() + " answered " + status)
        .hasMessageContaining("so it is");
  }

  @ParameterizedTest
  @CsvSource({
    "400 , UNKNOWN_CODE, ENGINE_DEFECT",
    "404 , '', DESTINATION_REFUSED",
    "404 , NOT_FOUND, DESTINATION_REFUSED",
    "404 , NAME_UNKNOWN, DESTINATION_REFUSED",
    "404 , BLOB_UPLOAD_UNKNOWN, REGISTRY_UNAVAILABLE",
    "409 , '', DESTINATION_REFUSED",
    "409 , TOOMANYREQUESTS, RATE_LIMITED",
    "410 , '', DESTINATION_REFUSED",
    "412 , '', DESTINATION_REFUSED",
    "412 , PRECONDITION, DESTINATION_REFUSED",
    "412 , DENIED, DENIED",
    "412 , UNAUTHORIZED, UNAUTHORIZED",
    "415 , '', DESTINATION_REFUSED",
    "415 , MANIFEST_INVALID, DESTINATION_REFUSED",
    "416 , '', REGISTRY_UNAVAILABLE",
    "507 , '', DESTINATION_REFUSED",
    "503 , '', REGISTRY_UNAVAILABLE",
  })
  void each_refusal_of_what_is_written_has_its_kind(int status, String code, FailureKind kind) {
    String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"so it is\"}]}";
    server.on("POST /v2/a/b/blobs/uploads/", text(status, body));
    server.on("PUT " + MANIFEST, text(status, body));
    RegistryWrites writes = client.writes(LIMITS);

    MirrorFailure opening = failureOf(() -> writes.open(image().repository()));
    MirrorFailure push =
        failureOf(() -> writes.putManifest(image(), MediaTypes.OCI_MANIFEST, CONTENT));

    assertThat(opening.kind()).isEqualTo(kind);
    assertThat(push.kind()).isEqualTo(kind);
    assertThat(push)
        .hasMessageStartingWith(
            "Tried to push the manifest " + image() + " but " + server.registry() + " answered ")
        .hasMessageContaining("so it is");
  }

  @Test
  void a_look_that_412_answers_is_denied() {
    server.on("HEAD " + MANIFEST, status(412));
    server.on("GET " + MANIFEST, status(412));

    assertThat(failureOf(() -> client.head(image())).kind()).isEqualTo(FailureKind.DENIED);
  }

  @Test
  void a_wait_is_taken_over_as_seconds_and_as_a_date() {
    server.on(
        "HEAD " + MANIFEST,
        status(429, "Retry-After", "42"),
        status(429, "Retry-After", "Mon, 06 May 2024 07:10:09 GMT"),
        status(503, "Retry-After", "3"),
        status(429, "Retry-After", "soon"));

    assertThat(failureOf(() -> client.head(image())).retryAfter()).hasSeconds(42);
    assertThat(failureOf(() -> client.head(image())).retryAfter()).hasMinutes(2);
    assertThat(failureOf(() -> client.head(image())).retryAfter()).hasSeconds(3);
    assertThat(failureOf(() -> client.head(image())).retryAfter()).isNull();
  }

  @Test
  void a_wait_is_never_negative_nor_longer_than_a_day() {
    assertThat(RetryAfter.parse("Mon, 06 May 2024 07:00:00 GMT", clock)).isZero();
    assertThat(RetryAfter.parse("999999999", clock)).isEqualTo(Duration.ofDays(1));
    assertThat(RetryAfter.parse("-5", clock)).isNull();
    assertThat(RetryAfter.parse("99999999999999999999", clock)).isNull();
  }

  @Test
  void html_of_a_proxy_is_told_by_its_title() {
    String page =
        "<html><head><title>502 Bad Gateway</title></head><body>\u0007nginx</body></html>";
    server.on("GET " + MANIFEST, text(502, page, "Content-Type", "text/html"));

    MirrorFailure failure = failureOf(() -> client.get(image()));

    assertThat(failure.kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("(502 Bad Gateway)").hasMessageNotContaining("<");
  }

  @Test
  void json_that_breaks_off_is_shown_as_text() {
    server.on("GET " + MANIFEST, text(500, "{\"errors\":[{\"code\":\"UNK"));

    assertThat(failureOf(() -> client.get(image()))).hasMessageContaining("UNK");
  }
}

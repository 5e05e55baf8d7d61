package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What it means that a registry or its token server answered something else than was asked for. */
final class Refusals {

  private static final String TOO_MANY = "TOOMANYREQUESTS";

  /** Codes that say "not in this form", whoever asks. */
  private static final Set<String> NOT_TAKEN =
      Set.of(
          "NAME_INVALID",
          "NAME_UNKNOWN",
          "TAG_INVALID",
          "MANIFEST_INVALID",
          "MANIFEST_UNVERIFIED",
          "SIZE_INVALID",
          "UNSUPPORTED");

  /** Codes of an upload that can go better the next time. */
  private static final Set<String> LOST =
      Set.of(
          "BLOB_UPLOAD_UNKNOWN",
          "BLOB_UPLOAD_INVALID",
          "BLOB_UNKNOWN",
          "MANIFEST_BLOB_UNKNOWN",
          "MANIFEST_UNKNOWN");

  private final Clock clock;

  Refusals(Clock clock) {
    this.clock = clock;
  }

  /**
   * The failure for a registry's answer.
   *
   * @param used the credential that was shown; empty: none was
   */
  MirrorFailure of(Query query, Answer answer, Optional<Credential> used) {
    ErrorBody body = ErrorBody.of(answer);
    FailureKind kind = kind(query, answer, body);
    String advice = kind == FailureKind.UNAUTHORIZED ? ". " + advice(query.registry(), used) : "";
    return failure(
        query, kind, query.registry() + " answered " + said(answer, body) + advice, answer);
  }

  /** The failure for a token server's answer. */
  MirrorFailure ofTokenServer(Query query, Answer answer, Optional<Credential> used) {
    ErrorBody body = ErrorBody.of(answer);
    FailureKind kind = kind(query.by("GET"), answer, body); // Whatever the token is for.
    boolean refused = answer.status() >= 400 && answer.status() < 500;
    if (refused && kind != FailureKind.RATE_LIMITED && kind != FailureKind.TIMEOUT) {
      kind = FailureKind.UNAUTHORIZED;
    }
    String what = "the token server of " + query.registry() + " answered " + said(answer, body);
    String advice = kind == FailureKind.UNAUTHORIZED ? ". " + advice(query.registry(), used) : "";
    return failure(query, kind, what + advice, answer);
  }

  /** A failure that is not in the status but in what came with it. */
  static MirrorFailure odd(Query query, FailureKind kind, String what) {
    return odd(query, kind, what, List.of());
  }

  /** The same with evidence. */
  static MirrorFailure odd(Query query, FailureKind kind, String what, List<String> evidence) {
    return new MirrorFailure(
        kind,
        "Tried to " + query.purpose() + " but " + query.registry() + " " + what,
        query.registry(),
        evidence,
        null,
        null);
  }

  private MirrorFailure failure(Query query, FailureKind kind, String what, Answer answer) {
    @Nullable Duration wait =
        kind.retryable() ? RetryAfter.parse(answer.header("retry-after"), clock) : null;
    List<String> evidence = List.of(answer.toString());
    return new MirrorFailure(
        kind,
        "Tried to " + query.purpose() + " but " + what,
        query.registry(),
        evidence,
        wait,
        null);
  }

  private static String said(Answer answer, ErrorBody body) {
    return answer.statusLine() + (body.words().isEmpty() ? "" : " (" + body.words() + ")");
  }

  private static FailureKind kind(Query query, Answer answer, ErrorBody body) {
    if (answer.status() == 429 || body.codes().contains(TOO_MANY)) {
      return FailureKind.RATE_LIMITED;
    }
    return switch (answer.status()) {
      case 401 -> FailureKind.UNAUTHORIZED;
      case 402, 403, 451 -> FailureKind.DENIED;
      case 407 -> FailureKind.NETWORK;
      case 408 -> FailureKind.TIMEOUT;
      // A registry that takes no pushes, or none as large as this.
      case 405, 413 -> FailureKind.DESTINATION_REFUSED;
      default -> other(query, answer, body);
    };
  }

  private static FailureKind other(Query query, Answer answer, ErrorBody body) {
    if (answer.status() < 400 || answer.status() >= 500) {
      // A server that has no room, or none within a quota, will not have it the next time.
      return answer.status() == 507 && query.writes()
          ? FailureKind.DESTINATION_REFUSED
          : FailureKind.REGISTRY_UNAVAILABLE;
    }
    if (body.codes().contains("UNAUTHORIZED")) {
      return FailureKind.UNAUTHORIZED;
    }
    if (body.codes().contains("DENIED")) {
      return FailureKind.DENIED;
    }
    if (body.codes().contains("DIGEST_INVALID")) {
      return FailureKind.DIGEST_MISMATCH;
    }
    if (body.codes().stream().anyMatch(LOST::contains)) {
      return FailureKind.REGISTRY_UNAVAILABLE;
    }
    if (body.codes().stream().anyMatch(NOT_TAKEN::contains)) {
      return FailureKind.DESTINATION_REFUSED;
    }
    return byStatus(query, answer.status());
  }

  /** What a status says by itself, where no code says more. */
  private static FailureKind byStatus(Query query, int status) {
    if (status == 416) {
      // A range that does not fit: whoever begins anew need not come upon it again.
      return FailureKind.REGISTRY_UNAVAILABLE;
    }
    if (!query.writes()) {
      // Harbor says 412 to HEAD and GET where a scanner blocks what it found (harbor#15885).
      return status == 412 ? FailureKind.DENIED : FailureKind.ENGINE_DEFECT;
    }
    return switch (status) {
      // An upload that was opened may be lost; else there is no such project to write to.
      case 404, 410 ->
          query.isOfUpload() ? FailureKind.REGISTRY_UNAVAILABLE : FailureKind.DESTINATION_REFUSED;
      // Harbor says 412 to the push of an immutable tag.
      case 409, 412, 415 -> FailureKind.DESTINATION_REFUSED;
      default -> FailureKind.ENGINE_DEFECT;
    };
  }

  private static String advice(Registry registry, Optional<Credential> used) {
    String found =
        used.map(credential -> "It does not accept " + credential + ", or not for this")
            .orElse("There is no credential for it, and it may hide what one must log in for");
    return found
        + ": log in with 'skopeo login "
        + used.map(Credential::part).orElse(registry.toString())
        + "'; for the destination, setting DOCKER_USERNAME and DOCKER_PASSWORD does as well";
  }
}

package io.imagetools.worker.engine;

import static io.imagetools.worker.engine.HostileFault.At.DESTINATION;
import static io.imagetools.worker.engine.HostileFault.At.SOURCE;

import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.Fault;
import io.imagetools.testing.Fault.End;
import io.imagetools.testing.FaultyProxy;
import java.util.List;
import java.util.Map;

/** What registries, and what stands before them, do to a copy; and how that must end. */
enum HostileFault {
  MANIFEST_LIMITED(SOURCE, FailureKind.RATE_LIMITED, limit(), "GET /manifests/"),
  MANIFEST_BROKEN(SOURCE, FailureKind.REGISTRY_UNAVAILABLE, broken(), "GET /manifests/"),
  MANIFEST_BEHIND_A_BAD_GATEWAY(
      SOURCE, FailureKind.REGISTRY_UNAVAILABLE, Fault.badGateway(), "GET /manifests/"),
  MANIFEST_CORRUPTED(
      SOURCE, FailureKind.DIGEST_MISMATCH, new Fault.AnswerCorrupted(20), "GET /manifests/"),
  MANIFEST_TRUNCATED(
      SOURCE, FailureKind.NETWORK, new Fault.InAnswer(20, End.CLOSE), "GET /manifests/"),
  MANIFEST_RESET(SOURCE, FailureKind.NETWORK, new Fault.BeforeAnswer(End.RESET), "GET /manifests/"),
  MANIFEST_STALLED(
      SOURCE, FailureKind.TIMEOUT, new Fault.InAnswer(20, End.STALL), "GET /manifests/"),
  BLOB_LIMITED(SOURCE, FailureKind.RATE_LIMITED, limit(), "GET /blobs/"),
  BLOB_BROKEN(SOURCE, FailureKind.REGISTRY_UNAVAILABLE, broken(), "GET /blobs/"),
  BLOB_BEHIND_A_BAD_GATEWAY(
      SOURCE, FailureKind.REGISTRY_UNAVAILABLE, Fault.badGateway(), "GET /blobs/"),
  BLOB_RESET(SOURCE, FailureKind.NETWORK, new Fault.InAnswer(Sent.CUT, End.RESET), "GET /blobs/"),
  BLOB_TRUNCATED(
      SOURCE, FailureKind.NETWORK, new Fault.InAnswer(Sent.CUT, End.CLOSE), "GET /blobs/"),
  BLOB_CORRUPTED(
      SOURCE, FailureKind.DIGEST_MISMATCH, new Fault.AnswerCorrupted(Sent.HALF), "GET /blobs/"),
  BLOB_STALLED(
      SOURCE, FailureKind.TIMEOUT, new Fault.InAnswer(Sent.HALF, End.STALL), "GET /blobs/"),
  TAG_UNSEEN(DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, broken(), "HEAD /manifests/1"),
  LOOK_RESET(DESTINATION, FailureKind.NETWORK, new Fault.BeforeAnswer(End.RESET), Sent.LOOKS),
  UPLOAD_NOT_OPENED(DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, broken(), "POST /uploads/"),
  UPLOAD_LIMITED(DESTINATION, FailureKind.RATE_LIMITED, limit(), "POST /uploads/"),
  UPLOAD_BROKEN(DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, broken(), Sent.UPLOADS),
  UPLOAD_BEHIND_A_BAD_GATEWAY(
      DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, Fault.badGateway(), Sent.UPLOADS),
  UPLOAD_TOO_SLOW(DESTINATION, FailureKind.TIMEOUT, Fault.requestTimeout(), Sent.UPLOADS),
  UPLOAD_RESET(
      DESTINATION, FailureKind.NETWORK, new Fault.InRequest(Sent.CUT, End.RESET), Sent.UPLOADS),
  UPLOAD_CORRUPTED(
      DESTINATION,
      FailureKind.DIGEST_MISMATCH,
      new Fault.RequestCorrupted(Sent.HALF),
      Sent.UPLOADS),
  UPLOAD_STALLED(
      DESTINATION, FailureKind.TIMEOUT, new Fault.InRequest(Sent.HALF, End.STALL), Sent.UPLOADS),
  UPLOAD_GONE(
      DESTINATION,
      FailureKind.REGISTRY_UNAVAILABLE,
      new Fault.Answered(404, "", Map.of()),
      Sent.UPLOADS),
  UPLOAD_SESSION_LOST(
      DESTINATION,
      FailureKind.REGISTRY_UNAVAILABLE,
      Fault.error(404, "BLOB_UPLOAD_UNKNOWN"),
      Sent.UPLOADS),
  TAG_LIMITED(DESTINATION, FailureKind.RATE_LIMITED, limit(), "PUT /manifests/1"),
  TAG_BROKEN(DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, broken(), "PUT /manifests/1"),
  TAG_BEHIND_A_BAD_GATEWAY(
      DESTINATION, FailureKind.REGISTRY_UNAVAILABLE, Fault.badGateway(), "PUT /manifests/1"),
  TAG_RESET(
      DESTINATION, FailureKind.NETWORK, new Fault.BeforeAnswer(End.RESET), "PUT /manifests/1"),
  TAG_DENIED(DESTINATION, FailureKind.DENIED, Fault.error(403, "DENIED"), "PUT /manifests/1"),
  TAG_IMMUTABLE(DESTINATION, FailureKind.DESTINATION_REFUSED, immutable(), "PUT /manifests/1"),
  PROJECT_MISSING(
      DESTINATION,
      FailureKind.DESTINATION_REFUSED,
      new Fault.Answered(404, "", Map.of()),
      "POST /uploads/"),
  QUOTA_FULL(
      DESTINATION,
      FailureKind.DESTINATION_REFUSED,
      new Fault.Answered(507, "", Map.of()),
      "POST /uploads/");

  /** Which of the two registries it befalls. */
  enum At {
    SOURCE,
    DESTINATION
  }

  /** What is sent, and how. */
  static final class Sent {

    /** Bytes of a layer in the tests. */
    static final int LAYER = 120_000;

    static final int HALF = LAYER / 2;

    /** So early that going on from there again and again is no way to the end. */
    static final int CUT = 5000;

    /** Skopeo looks by HEAD, the registry engine by the request that opens the upload. */
    static final List<String> LOOKS = List.of("HEAD /blobs/", "POST /uploads/");

    /** Skopeo sends by PATCH, the registry engine by PUT unless the blob is large. */
    static final List<String> UPLOADS = List.of("PUT /uploads/", "PATCH /uploads/");

    private Sent() {}
  }

  private final At at;
  private final FailureKind kind;
  private final Fault fault;
  private final List<String> requests;

  HostileFault(At at, FailureKind kind, Fault fault, String requests) {
    this(at, kind, fault, List.of(requests));
  }

  HostileFault(At at, FailureKind kind, Fault fault, List<String> requests) {
    this.at = at;
    this.kind = kind;
    this.fault = fault;
    this.requests = requests;
  }

  private static Fault limit() {
    return Fault.tooManyRequests("1");
  }

  /** As Harbor says it. */
  private static Fault immutable() {
    String words = "Failed to process request due to 'app:1' configured as immutable.";
    return Fault.answer(
        412,
        "application/json",
        "{\"errors\":[{\"code\":\"PRECONDITION\",\"message\":\"" + words + "\"}]}");
  }

  private static Fault broken() {
    return Fault.error(500, "UNKNOWN");
  }

  /** How an attempt ends that it befalls all the time. */
  FailureKind kind() {
    return kind;
  }

  boolean stalls() {
    return kind == FailureKind.TIMEOUT && !(fault instanceof Fault.Answered);
  }

  /** Whose fault it is. */
  FaultyProxy culprit(FaultyProxy source, FaultyProxy destination) {
    return at == SOURCE ? source : destination;
  }

  /** Lets it befall the first so many of the requests. */
  void befall(FaultyProxy proxy, int times) {
    for (String request : requests) {
      String[] parts = request.split(" ", 2);
      proxy.first(times, parts[0], parts[1], fault);
    }
  }
}

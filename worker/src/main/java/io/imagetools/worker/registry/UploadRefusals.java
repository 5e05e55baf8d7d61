package io.imagetools.worker.registry;

import java.util.Set;

/** What a registry's refusal in the middle of an upload is about. */
final class UploadRefusals {

  /** What a registry says of an upload that it does not know, or not so. */
  private static final Set<String> LOST =
      Set.of("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID");

  /** Refusals that say nothing of parts: the whole blob would fare no better. */
  private static final Set<Integer> NOT_OF_PARTS = Set.of(401, 407, 408, 413, 429);

  private UploadRefusals() {}

  /**
   * Whether it is about a part: that it is one, or that one.
   *
   * @param there where the part begins
   */
  static boolean ofPart(Answer answer, long there) {
    if (answer.status() == 416) {
      return there == 0; // The beginning always fits; further on, it may be elsewhere.
    }
    boolean refused = answer.status() >= 400 && answer.status() < 500 || answer.status() == 501;
    return refused && !NOT_OF_PARTS.contains(answer.status()) && !lost(answer);
  }

  /**
   * Whether the upload is not there, or not so: by the answer's code; or by 404 alone, as a proxy
   * says it, or an instance that never had the upload.
   */
  static boolean lost(Answer answer) {
    return answer.status() == 416
        || answer.absent()
        || ErrorBody.of(answer).codes().stream().anyMatch(LOST::contains);
  }
}

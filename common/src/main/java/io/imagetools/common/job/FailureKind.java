package io.imagetools.common.job;

/** Why a job failed. On the wire by name: add, never rename. */
public enum FailureKind {
  INVALID_ENTRY(false, "Correct the line in the list: the message says what is wrong with it."),
  SOURCE_NOT_FOUND(
      false, "Check the name and the tag at the source: it does not have such an image."),
  PLATFORM_NOT_FOUND(
      false, "The image has none of the platforms asked for: choose others with -a, or -a all."),
  UNAUTHORIZED(
      false,
      "Log in to the registry named in the message ('skopeo login REGISTRY'), or set DOCKER_USERNAME"
          + " and DOCKER_PASSWORD for the destination."),
  DENIED(false, "The account may not do this: ask for the right in that repository."),
  UNTRUSTED(
      false,
      "The registry's certificate is not trusted, or it speaks plain http: install its CA here, or"
          + " name it with --insecure-registry if that is meant."),
  DESTINATION_REFUSED(
      false,
      "The destination does not take it: see its answer in the message (quota, missing project,"
          + " immutable tag)."),
  UNSUPPORTED_MEDIA_TYPE(
      false, "This kind of image can't be mirrored unchanged: rebuild it in a current format."),
  DIGEST_MISMATCH(
      false, "What arrived is not what was sent: run it again, and look at proxies in between."),
  CANCELLED(false, "It was cancelled: feed the failed list back in when you want it."),
  RATE_LIMITED(
      true, "The registry limits the rate: log in to it, or feed the failed list back in later."),
  REGISTRY_UNAVAILABLE(
      true, "The registry did not answer properly: check it, then feed the failed list back in."),
  NETWORK(
      true,
      "Check name, network and certificate of the registry, then feed the failed list back in."),
  TIMEOUT(
      true,
      "It took too long or stood still: check the network, or raise --job-timeout and"
          + " --stall-timeout."),
  WORKER_RESOURCES(
      true,
      "The worker's machine lacks disk space, memory or file handles: give it more, then feed the"
          + " failed list back in."),
  ENGINE_DEFECT(
      false, "Something unforeseen: see the message and the log, and report it with both."),
  NO_RESULT(
      false,
      "No worker ever answered for it: look at the workers' logs, then feed the failed list back"
          + " in.");

  private final boolean retryable;
  private final String remedy;

  FailureKind(boolean retryable, String remedy) {
    this.retryable = retryable;
    this.remedy = remedy;
  }

  /** Whether a further attempt of the same job can succeed without anybody doing anything. */
  public boolean retryable() {
    return retryable;
  }

  /** What a person can do, one sentence. */
  public String remedy() {
    return remedy;
  }
}

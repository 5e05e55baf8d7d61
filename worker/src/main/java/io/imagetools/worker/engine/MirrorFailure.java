package io.imagetools.worker.engine;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An attempt that failed, classified where it was seen. The message is for a person. */
public class MirrorFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final transient @Nullable Registry registry;
  private final transient List<String> evidence;
  private final @Nullable Duration retryAfter;

  /**
   * A classified failure.
   *
   * @param kind what it is
   * @param message what was tried, against which registry, what it answered; no secrets
   * @param registry the registry that caused it; null if none did
   * @param evidence last lines of an output or answer; bounded, no secrets
   * @param retryAfter how long the registry asked to wait; null if it did not
   * @param cause null if there is none
   */
  public MirrorFailure(
      FailureKind kind,
      String message,
      @Nullable Registry registry,
      List<String> evidence,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.registry = registry;
    this.evidence = List.copyOf(evidence);
    this.retryAfter = retryAfter;
  }

  /** A failure that is no registry's doing, or whose registry the message names. */
  public MirrorFailure(FailureKind kind, String message) {
    this(kind, message, null, List.of(), null, null);
  }

  /** What it is. */
  public FailureKind kind() {
    return kind;
  }

  /** The registry that caused it; null if none did. */
  public @Nullable Registry registry() {
    return registry;
  }

  /** Last lines of an output or answer. */
  public List<String> evidence() {
    return evidence;
  }

  /** How long the registry asked to wait; null if it did not. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}

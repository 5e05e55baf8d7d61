package io.imagetools.common.job;

import java.util.List;
import java.util.Objects;

/** How a job ended. */
public sealed interface Outcome {

  /** Whether the destination has what was asked for. */
  boolean isSuccess();

  /** The image was copied, or its tag was written. */
  record Mirrored() implements Outcome {
    @Override
    public boolean isSuccess() {
      return true;
    }
  }

  /** The destination had it already. */
  record Unchanged() implements Outcome {
    @Override
    public boolean isSuccess() {
      return true;
    }
  }

  /**
   * The job failed; the destination tag is as it was.
   *
   * @param kind what to do about it follows from it
   * @param message a sentence: what was tried, against which registry, what it answered
   * @param evidence last lines of a program's error output, or of a registry's answer; bounded, no
   *     secrets
   */
  record Failed(FailureKind kind, String message, List<String> evidence) implements Outcome {
    /** Copies the evidence. */
    public Failed {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(message);
      evidence = List.copyOf(evidence);
    }

    @Override
    public boolean isSuccess() {
      return false;
    }
  }

  /**
   * The job was not done because somebody stopped it.
   *
   * @param reason a sentence
   */
  record Cancelled(String reason) implements Outcome {
    @Override
    public boolean isSuccess() {
      return false;
    }
  }
}

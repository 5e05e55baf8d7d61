package io.imagetools.common.process;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a component to "would an operation probably succeed?": cheap, repeatable, and what
 * doctor, readiness and liveness all ask.
 *
 * @param name what was looked at
 * @param ok whether it would
 * @param message what was found, a sentence
 * @param remedy what to do; null if it is ok
 */
public record Check(String name, boolean ok, String message, @Nullable String remedy) {

  /** It would. */
  public static Check ok(String name, String message) {
    return new Check(name, true, message, null);
  }

  /** It would not. */
  public static Check failed(String name, String message, String remedy) {
    return new Check(name, false, message, remedy);
  }
}

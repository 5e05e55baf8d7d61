package io.imagetools.worker.execution;

/** Joins other people's sentences to ours. */
final class Sentence {

  private Sentence() {}

  /** Without blanks and stops at its end. */
  static String withoutStop(String text) {
    int end = text.length();
    while (end > 0
        && (text.charAt(end - 1) == '.' || Character.isWhitespace(text.charAt(end - 1)))) {
      end--;
    }
    return text.substring(0, end);
  }
}

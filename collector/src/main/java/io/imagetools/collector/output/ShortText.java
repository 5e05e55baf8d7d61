package io.imagetools.collector.output;

/** Foreign text made fit for a terminal: one line, bounded, no control characters. */
final class ShortText {

  private ShortText() {}

  static String of(String text, int limit) {
    String cut = text.length() <= limit ? text : text.substring(0, limit) + "…";
    return cut.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?").strip();
  }
}

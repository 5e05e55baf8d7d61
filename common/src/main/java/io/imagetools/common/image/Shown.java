package io.imagetools.common.image;

/** Foreign text made fit for a message: bounded, and with no control characters. */
final class Shown {
  private static final int LIMIT = 120;

  private Shown() {}

  static String of(String text) {
    String cut = text.length() <= LIMIT ? text : text.substring(0, LIMIT) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}

package io.imagetools.cli.manual;

/** Texts of the help, as a person reads them. */
final class Text {

  private Text() {}

  /** Lines of a help text as one, its {@code %n} and {@code %%} read. */
  static String of(String... lines) {
    return String.join(" ", lines).replace("%n", " ").replace("%%", "%").strip();
  }

  /** Between single quotes of a shell. */
  static String quoted(String text, String quoteInside) {
    return "'" + text.replace("'", quoteInside) + "'";
  }
}

package io.imagetools.common.imagelist;

/** The beginning of a text that is too long to be carried whole. */
final class KeptText {

  private KeptText() {}

  /** The longest beginning that takes no more than that many bytes as a JSON string in UTF-8. */
  static String of(String text, int bytes) {
    int cost = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      cost += cost(character);
      if (cost > bytes) {
        return text.substring(0, i);
      }
      i += Character.charCount(character);
    }
    return text;
  }

  private static int cost(int character) {
    if (character < ' ') {
      return "\\u0000".length();
    }
    if (character == '"' || character == '\\') {
      return 2;
    }
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }
}

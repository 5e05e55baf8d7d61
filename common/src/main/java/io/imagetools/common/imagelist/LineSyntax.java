package io.imagetools.common.imagelist;

import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Tag;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What one line says: comment, {@code SOURCE DEST TAG}, {@code SOURCE[:TAG][@DIGEST] DEST[:TAG]},
 * {@code [REGISTRY/]PATH[:TAG][@DIGEST]}, or nothing that can be used.
 *
 * <p>In the form of two fields a missing tag is {@code latest} on either side, whatever the other
 * side says: {@code nginx:1.25 harbor.example.org/nginx} writes {@code
 * harbor.example.org/nginx:latest}, as a copy by any docker tool does. In the form of one field the
 * destination has the source's tag, so that a digest alone says too little there.
 */
final class LineSyntax {
  private static final Pattern BLANKS = Pattern.compile("[ \t]+");
  private static final String FORMS =
      "write 'SOURCE DEST TAG', 'SOURCE[:TAG][@DIGEST] DEST[:TAG]' or '[REGISTRY/]PATH[:TAG]'";

  private LineSyntax() {}

  static ListLine parse(int number, String text) {
    if (text.isBlank()) {
      return new ListLine.Blank(number, text);
    }
    if (startsComment(text.stripLeading())) {
      return new ListLine.Comment(number, text);
    }
    List<String> fields = BLANKS.splitAsStream(text).filter(field -> !field.isEmpty()).toList();
    try {
      return entry(number, text, fields);
    } catch (InvalidReferenceException e) {
      return new ListLine.Malformed(number, text, e.getMessage() + "." + hint(text, fields));
    } catch (MisplacedPart e) {
      return new ListLine.Malformed(number, text, e.reason);
    }
  }

  private static boolean startsComment(String text) {
    return text.startsWith("#") || text.startsWith("//");
  }

  private static ListLine entry(int number, String text, List<String> fields) throws MisplacedPart {
    if (fields.stream().skip(1).anyMatch(LineSyntax::startsComment)) {
      throw new MisplacedPart("A comment stands on a line of its own: move it to the line above.");
    }
    return switch (fields.size()) {
      case 1 -> new ListLine.Entry(number, text, pathAndTag(fields.get(0)), null);
      case 2 ->
          new ListLine.Entry(
              number, text, WrittenImage.parse(fields.get(0)), destination(fields.get(1)));
      case 3 -> {
        Tag tag = new Tag(fields.get(2));
        yield new ListLine.Entry(
            number, text, nameOnly(fields.get(0), tag), nameOnly(fields.get(1), tag));
      }
      default -> throw new MisplacedPart("It has " + fields.size() + " fields: " + FORMS + ".");
    };
  }

  private static WrittenImage pathAndTag(String field) throws MisplacedPart {
    WrittenImage image = WrittenImage.parse(field);
    if (image.reference().tag() == null) {
      throw new MisplacedPart(
          "It has a digest and no tag, so nothing says which tag to write: put ':TAG' before the"
              + " '@', or add a destination.");
    }
    return image;
  }

  private static WrittenImage destination(String field) throws MisplacedPart {
    if (field.indexOf('@') >= 0) {
      throw new MisplacedPart("A destination is a tag: take the digest off the second field.");
    }
    return WrittenImage.parse(field);
  }

  private static WrittenImage nameOnly(String field, Tag tag) throws MisplacedPart {
    if (WrittenImage.hasTagOrDigest(field)) {
      throw new MisplacedPart(
          "With three fields the third is the tag: take tag and digest off the other two, or write"
              + " 'SOURCE:TAG@DIGEST DEST:TAG'.");
    }
    return WrittenImage.parse(field).tagged(tag);
  }

  private static String hint(String text, List<String> fields) {
    if (fields.stream().anyMatch(field -> field.contains("://"))) {
      return " Write references without 'docker://' or another scheme.";
    }
    return text.codePoints()
        .filter(c -> c != '\t' && (c < ' ' || c > '~'))
        .mapToObj(c -> String.format(Locale.ROOT, " No image has the character U+%04X in it.", c))
        .findFirst()
        .orElse("");
  }

  /** A part that is right by itself and has no place where it stands. */
  private static final class MisplacedPart extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    MisplacedPart(String reason) {
      super(reason);
      this.reason = reason;
    }
  }
}

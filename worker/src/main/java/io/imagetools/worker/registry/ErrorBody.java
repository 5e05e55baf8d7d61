package io.imagetools.worker.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the body of a refusal says: codes of the OCI distribution specification ("Error Codes") if
 * it has any; else its words, be they JSON of another kind, a proxy's HTML or plain text.
 *
 * @param codes upper case; empty if it has none
 * @param words for a person; empty if it says nothing
 */
record ErrorBody(Set<String> codes, String words) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Where token servers and clouds put their words. */
  private static final List<String> OTHER_FIELDS =
      List.of("details", "message", "error_description", "error");

  ErrorBody {
    codes = Set.copyOf(codes);
  }

  static ErrorBody of(Answer answer) {
    String text = answer.text().strip();
    if (text.startsWith("{")) {
      try {
        return of(MAPPER.readTree(text), text);
      } catch (JacksonException e) {
        return new ErrorBody(Set.of(), Shown.text(text)); // Cut off, or no JSON after all.
      }
    }
    return new ErrorBody(Set.of(), Shown.text(withoutMarkup(text)));
  }

  private static ErrorBody of(JsonNode json, String text) {
    Set<String> codes = new TreeSet<>();
    List<String> words = new ArrayList<>();
    for (JsonNode error : json.path("errors")) {
      String code = error.path("code").asString("");
      String message = error.path("message").asString("");
      if (code.matches("[A-Z_]{1,40}")) {
        codes.add(code);
      }
      words.add(message.isEmpty() || message.equals(code) ? code : code + ": " + message);
    }
    if (words.isEmpty()) {
      OTHER_FIELDS.stream()
          .map(field -> json.path(field).asString(""))
          .filter(value -> !value.isEmpty())
          .findFirst()
          .ifPresent(words::add);
    }
    return new ErrorBody(codes, Shown.text(words.isEmpty() ? text : String.join("; ", words)));
  }

  private static String withoutMarkup(String text) {
    if (!text.startsWith("<")) {
      return text;
    }
    // The title says it all where there is one, and scripts and styles say nothing.
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    int start = lower.indexOf("<title>");
    int end = lower.indexOf("</title>");
    return start >= 0 && end > start
        ? text.substring(start + "<title>".length(), end)
        : text.replaceAll("<[^<>]*>", " ");
  }
}

package io.imagetools.worker.engine.manifest;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing the JSON of manifests. */
final class Json {

  private static final int SHOWN = 200;

  /** A key that stands twice means one thing to one reader and another to the next: refused. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter PRETTY = MAPPER.writer().with(printer());

  private Json() {}

  /** As Go indents. */
  private static DefaultPrettyPrinter printer() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""))
        .withObjectIndenter(lines)
        .withArrayIndenter(lines);
  }

  static ObjectNode parse(byte[] content) throws InvalidManifestException {
    try {
      if (MAPPER.readTree(content) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw InvalidManifestException.malformed(
          "it is no JSON: " + shortened(e.getOriginalMessage()));
    }
    throw InvalidManifestException.malformed("it is no JSON object");
  }

  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isString() ? value.asString() : "";
  }

  static byte[] bytes(JsonNode json) {
    return PRETTY.writeValueAsBytes(json);
  }

  static String shown(JsonNode json) {
    return shortened(json.toString());
  }

  static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}

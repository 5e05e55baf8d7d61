package io.imagetools.common.wire;

import io.imagetools.common.process.ProgramVersion;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Bytes to trees and back. The tree is read field by field: a foreign record proves nothing. */
final class Json {

  /** The version of all records here. */
  static final int SCHEMA = 1;

  /** Kafka's own default for the largest record; a job has about 400 bytes. */
  static final int MAX_BYTES = 1 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A new record of that type, signed with the version of this program. */
  static ObjectNode record(String type) {
    return object()
        .put("schema", SCHEMA)
        .put("type", type)
        .put("toolVersion", ProgramVersion.current());
  }

  static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  static JsonMapper mapper() {
    return MAPPER;
  }

  /** The record in these bytes, of whatever type. */
  static Fields read(byte[] value) throws InvalidRecordException {
    if (value.length > MAX_BYTES) {
      throw new InvalidRecordException(
          String.format(
              Locale.ROOT,
              "The record has %d bytes; at most %d are read",
              value.length,
              MAX_BYTES));
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(value);
    } catch (JacksonException e) {
      throw new InvalidRecordException("The record is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new InvalidRecordException("The record is no JSON object");
    }
    Fields fields = new Fields(object);
    int schema = fields.integer("schema");
    if (schema != SCHEMA) {
      throw new InvalidRecordException(
          "The record has schema version " + schema + "; this program reads version " + SCHEMA);
    }
    return fields;
  }
}

package io.imagetools.common.wire;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one JSON object, each asked for with the type it must have. */
final class Fields {
  private final ObjectNode object;

  Fields(ObjectNode object) {
    this.object = object;
  }

  String string(String name) throws InvalidRecordException {
    String value = optionalString(name);
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  /** A string; null if the field is absent or null. */
  @Nullable String optionalString(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      throw wrong(name, "a string");
    }
    return node.stringValue();
  }

  /** A string that the domain type understands. */
  <T> T parsed(String name, Function<String, T> parser) throws InvalidRecordException {
    return parse(name, string(name), parser);
  }

  /** Likewise; null if the field is absent or null. */
  <T> @Nullable T optionalParsed(String name, Function<String, T> parser)
      throws InvalidRecordException {
    String text = optionalString(name);
    return text == null ? null : parse(name, text, parser);
  }

  private static <T> T parse(String name, String text, Function<String, T> parser)
      throws InvalidRecordException {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new InvalidRecordException("The field '" + name + "': " + e.getMessage(), e);
    }
  }

  int integer(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null) {
      throw missing(name);
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(name, "a whole number");
    }
    return node.intValue();
  }

  long longInteger(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null) {
      throw missing(name);
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(name, "a whole number");
    }
    return node.longValue();
  }

  boolean truth(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null) {
      throw missing(name);
    }
    if (!node.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return node.booleanValue();
  }

  /** True or false; false if the field is absent, as in records of older programs. */
  boolean optionalTruth(String name) throws InvalidRecordException {
    return object.has(name) && truth(name);
  }

  Instant instant(String name) throws InvalidRecordException {
    return parsed(name, Instant::parse);
  }

  Fields object(String name) throws InvalidRecordException {
    Fields inner = optionalObject(name);
    if (inner == null) {
      throw missing(name);
    }
    return inner;
  }

  /** Null if the field is absent. */
  @Nullable Fields optionalObject(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ObjectNode inner)) {
      throw wrong(name, "an object");
    }
    return new Fields(inner);
  }

  /** Strings; none if the field is absent. */
  List<String> strings(String name) throws InvalidRecordException {
    List<String> values = new ArrayList<>();
    for (JsonNode item : array(name)) {
      if (!item.isString()) {
        throw wrong(name, "a list of strings");
      }
      values.add(item.stringValue());
    }
    return values;
  }

  /** Objects; none if the field is absent. */
  List<Fields> objects(String name) throws InvalidRecordException {
    List<Fields> values = new ArrayList<>();
    for (JsonNode item : array(name)) {
      if (!(item instanceof ObjectNode inner)) {
        throw wrong(name, "a list of objects");
      }
      values.add(new Fields(inner));
    }
    return values;
  }

  private Iterable<JsonNode> array(String name) throws InvalidRecordException {
    JsonNode node = object.get(name);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof ArrayNode array)) {
      throw wrong(name, "a list");
    }
    return array;
  }

  private static InvalidRecordException missing(String name) {
    return new InvalidRecordException("The field '" + name + "' is missing");
  }

  private static InvalidRecordException wrong(String name, String expected) {
    return new InvalidRecordException("The field '" + name + "' is not " + expected);
  }
}

package io.imagetools.worker.engine.manifest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bytes that docker buildx (0.13.1) and every other program in Go gives an index: the order of
 * the fields in the specification's Go types, sorted annotations, two blanks, and three characters
 * escaped. So an index has the same digest whoever put it together.
 */
final class CommonForm {

  private static final Map<String, List<String>> ORDERS =
      Map.of(
          "index", List.of("schemaVersion", "mediaType", "manifests", "annotations"),
          "manifests", List.of("mediaType", "digest", "size", "annotations", "platform"),
          "platform", List.of("architecture", "os", "os.version", "os.features", "variant"));

  private CommonForm() {}

  /** The bytes of an index; one that does not state its media type does so now. */
  static byte[] of(ObjectNode index, String mediaType) {
    ObjectNode stated = index.deepCopy();
    stated.put("mediaType", mediaType);
    String text = new String(Json.bytes(ordered("index", stated)), StandardCharsets.UTF_8);
    // None of the three stands outside of a string.
    return text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode ordered(String name, JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(element -> copy.add(ordered(name, element)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode copy = object.objectNode();
    for (String field : fields(name, object)) {
      copy.set(field, ordered(field, object.get(field)));
    }
    return copy;
  }

  private static Set<String> fields(String name, ObjectNode object) {
    Set<String> present = new TreeSet<>(object.propertyNames());
    Set<String> fields = new LinkedHashSet<>(ORDERS.getOrDefault(name, List.of()));
    fields.retainAll(present);
    fields.addAll(present);
    return fields;
  }
}
